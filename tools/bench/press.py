"""From a finger on a button to the first dots at the printer."""

from __future__ import annotations

import time
from collections.abc import Iterator

from appliance.addresses import free_port
from appliance.config.schema import ButtonConfig
from appliance.devices.gpio.debounce import PRESS_MS
from appliance.domain.press import REPEAT_MS
from printer.build import draw_job
from printer.slip import Slip
from tools.bench.figures import Row, median, percentile
from tools.bench.floors import Wire
from tools.bench.plan import Plan
from tools.bench.proxy import Proxy
from tools.office.programs import Office, running

GROUP = "press"
_SLIP_WITHIN_S = 15.0
# So fast that the simulated paper is never what we wait for.
PRINTER_SPEED = 50.0


def measure(plan: Plan) -> list[Row]:
    """Return press to first byte, and the time of drawing that is in it."""
    count = plan.some(30, 6)
    simulator = free_port()
    with Proxy(simulator) as proxy:
        office = Office(
            plan.room("press"),
            speed=PRINTER_SPEED,
            printer_port=proxy.port,
            simulator_port=simulator,
        )
        with running(office), Wire(office.port) as wire:
            fingers = Fingers(office)
            _time_to_dots_ms(office, fingers, proxy)  # the first slip also imports Pillow
            first, trips = [], []
            for _ in range(count):
                trips.append(wire.healthz_ms())
                first.append(_time_to_dots_ms(office, fingers, proxy))
    bare_ms = PRESS_MS + median(trips)
    what = f"debounce {PRESS_MS} ms + one HTTP trip"
    return [
        Row(GROUP, "to first byte at the printer, p50", median(first), "ms", bare_ms, what),
        Row(GROUP, "to first byte at the printer, p90", percentile(first, 0.9), "ms"),
        Row(GROUP, "of which drawing the slip, 576 dots", _draw_ms(), "ms"),
    ]


class Fingers:
    """Pushes the issue buttons in turn: the same one again within 3 s would be one press."""

    def __init__(self, office: Office) -> None:
        self._office = office
        config = office.config()
        buttons = [button for button in config.agent.buttons if button.press == "issue"]
        self._turns = self._take_turns(buttons)

    def push(self) -> tuple[int, float]:
        """Push the next button; return its pin and the `perf_counter` at which it went down."""
        button = next(self._turns)
        begun_s = time.perf_counter()
        self._office.drive(button.pin, "low")
        return button.pin, begun_s

    def let_go(self, pin: int) -> None:
        """Let go of the button."""
        self._office.drive(pin, "high")

    @staticmethod
    def _take_turns(buttons: list[ButtonConfig]) -> Iterator[ButtonConfig]:
        pushed_s: dict[int, float] = {}
        while True:
            for button in buttons:
                free_s = pushed_s.get(button.pin, 0.0) + REPEAT_MS / 1000 + 0.2
                time.sleep(max(0.0, free_s - time.monotonic()))
                pushed_s[button.pin] = time.monotonic()
                yield button


def _time_to_dots_ms(office: Office, fingers: Fingers, proxy: Proxy) -> float:
    before = office.printed()
    proxy.arm()
    pin, begun_s = fingers.push()
    dots_s = proxy.first_dots_s(_SLIP_WITHIN_S)
    fingers.let_go(pin)
    office.wait_printed(before + 1)
    time.sleep(0.1)  # its end is stored and reported: nothing of it disturbs the next
    return (dots_s - begun_s) * 1000


def _draw_ms() -> float:
    slip = Slip(
        office="Điểm phục vụ hành chính công phường Văn Miếu - Quốc Tử Giám",
        parent="UBND phường Văn Miếu - Quốc Tử Giám",
        title="Số thứ tự của ông/bà",
        number="4001",
        service="Bảo trợ xã hội - Người có công",
        ahead_line="Trước ông/bà còn 12 người",
        time_line="08:05 ngày 23/11/2026",
        notice=("Vui lòng chờ đến lượt.", "Phiếu có giá trị trong ngày."),
        tracking_url="http://192.168.1.10:8080/t/abcdefghijklmnop",
        tracking_line="Quét mã để theo dõi trên điện thoại",
    )
    times = []
    for _ in range(11):
        begun_s = time.perf_counter()
        draw_job(slip, 576)
        times.append((time.perf_counter() - begun_s) * 1000)
    return median(times)
