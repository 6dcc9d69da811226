"""Who drives the pins, and what is said when nobody can."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from appliance.devices.gpio.backend import Wiring, open_pins
from appliance.devices.gpio.gpiod_pins import GpiodPins
from appliance.devices.gpio.mock_pins import MockPins
from appliance.errors import Unavailable

WIRING = Wiring(buttons=[17, 2], lights=[27])


def test_a_released_mock_button_is_high_and_a_pushed_one_low(tmp_path: Path) -> None:
    pins = open_pins("mock", WIRING, tmp_path)
    assert isinstance(pins, MockPins)
    assert pins.read_levels() == {17: True, 2: True}
    pins.drive(17, high=False)
    assert pins.read_levels() == {17: False, 2: True}
    pins.drive(17, high=True)
    assert pins.read_levels() == {17: True, 2: True}
    pins.set_light(27, on=True)
    assert pins.lights() == {27: True}
    pins.close()


def test_a_pin_that_is_no_button_cannot_be_driven(tmp_path: Path) -> None:
    pins = MockPins(WIRING)
    with pytest.raises(LookupError):
        pins.drive(27, high=False)
    pins.close()


def test_a_pin_that_is_button_and_light_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        open_pins("mock", Wiring([17], [17]), tmp_path)
    assert refused.value.key == "gpio_unavailable"
    assert "GPIOPinInUse" in str(refused.value.fields["reason"])


def test_no_buttons_and_no_lights_need_no_gpio_library(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from appliance.devices.gpio.backend import Wiring, open_pins\n"
        "pins = open_pins('auto', Wiring([], []), Path('.'))\n"
        "assert pins.read_levels() == {} and pins.backend == 'none'; pins.close()\n"
        "loaded = {'gpiozero', 'lgpio', 'gpiod'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_an_unusable_backend_is_named_with_its_reason(tmp_path: Path) -> None:
    """This machine has no GPIO header: both real backends must say so, and from where."""
    code = (
        "import os, sys; from pathlib import Path\n"
        "from appliance.devices.gpio.backend import Wiring, open_pins\n"
        "from appliance.errors import Unavailable\n"
        "before = os.getcwd()\n"
        "for backend in ('lgpio', 'gpiod', 'auto'):\n"
        "    try:\n"
        "        open_pins(backend, Wiring([17], [27]), Path(sys.argv[1]))\n"
        "    except Unavailable as exc:\n"
        "        assert exc.fields['backend'] == backend, exc\n"
        "        assert exc.fields['reason'], exc\n"
        "    else:\n"
        "        sys.exit(3)\n"
        "assert os.getcwd() == before"
    )
    if any(Path("/dev").glob("gpiochip*")):
        pytest.skip("this machine has a GPIO chip")
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, cwd=root)
    assert not list(root.glob(".lgd-nfy*"))


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="no lgpio there, gpiod is used")
def test_lgpio_is_not_the_empty_package(tmp_path: Path) -> None:
    code = "import lgpio; lgpio.gpiochip_open, lgpio.get_module_version()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


class FakeLines:
    """What gpiod.request_lines returns, as far as we use it."""

    def __init__(self, path: str, consumer: str, config: dict[Any, Any]) -> None:
        self.path, self.consumer, self.config = path, consumer, config
        self.values: dict[int, str] = {}
        self.released = False

    def get_values(self, pins: list[int]) -> list[str]:
        return [self.values.get(pin, "active") for pin in pins]

    def set_value(self, pin: int, value: str) -> None:
        self.values[pin] = value

    def release(self) -> None:
        self.released = True


def test_gpiod_asks_for_pull_ups_and_reads_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    line, gpiod = ModuleType("gpiod.line"), ModuleType("gpiod")
    line.Bias = SimpleNamespace(PULL_UP="pull_up")  # type: ignore[attr-defined]
    line.Direction = SimpleNamespace(INPUT="input", OUTPUT="output")  # type: ignore[attr-defined]
    line.Value = SimpleNamespace(ACTIVE="active", INACTIVE="inactive")  # type: ignore[attr-defined]
    gpiod.LineSettings = dict  # type: ignore[attr-defined]
    gpiod.request_lines = FakeLines  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gpiod", gpiod)
    monkeypatch.setitem(sys.modules, "gpiod.line", line)

    pins = GpiodPins(WIRING, chip="/dev/gpiochip9")
    lines: Any = pins._lines
    assert lines.path == "/dev/gpiochip9"
    assert lines.config[17, 2] == {"direction": "input", "bias": "pull_up"}
    assert lines.config[27,] == {"direction": "output", "output_value": "inactive"}
    lines.values[2] = "inactive"
    assert pins.read_levels() == {17: True, 2: False}
    pins.set_light(27, on=True)
    assert lines.values[27] == "active"
    pins.close()
    assert lines.values[27] == "inactive"
    assert lines.released
