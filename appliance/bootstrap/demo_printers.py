"""The demo's printers: the sample office's own, and a narrow one that stands in for it.

The second one has a kiosk of its own, `kiosk-2`, a page only; the first one names it as its
fallback, so that a newcomer who breaks the first sees where the slips come out instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from appliance.bootstrap.files import DataFolder
from appliance.config import load

FIRST, SECOND = "printer-1", "printer-2"
NAMES = (FIRST, SECOND)
# How the paper of 58 mm is wide; a small printer of that kind has a short roll.
_SECOND = """
[[kiosks]]
name = "kiosk-2"
printer = "{name}"

[[printers]]
name = "{name}"
place_vi = "máy in ở kiosk số 2"
place_en = "the printer of kiosk 2"
port = {port}
profile = "RP-F10-58mm"
width_dots = 384
roll_mm = 30000
"""


def write_printers(data: DataFolder, ports: Mapping[str, int]) -> None:
    """Let the configuration's printers be the simulators that listen at `ports`, by their names."""
    text = data.config.read_text(encoding="utf-8")
    (first,) = load(data.config, {}).printers
    text = text.replace(f"port = {first.port}\n", f"port = {ports[FIRST]}\n")
    if SECOND in ports:
        name = f'[[printers]]\nname = "{FIRST}"\n'
        text = text.replace(name, f'{name}fallback = "{SECOND}"\n')
        text += _SECOND.format(name=SECOND, port=ports[SECOND])
    data.config.write_text(text, encoding="utf-8")
