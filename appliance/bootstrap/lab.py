"""How the demo's parent tells the server where the virtual hardware is."""

from __future__ import annotations

import json
from collections.abc import Mapping

from appliance.bootstrap.demo_panels import panel_buttons, panels_folder
from appliance.bootstrap.files import DataFolder, write_private
from display.lab.rig import DemoAccount, LabRig, PanelRig

DEMO_ACCOUNTS = (
    DemoAccount("demo-canbo", "dung-thu-canbo", "clerk"),
    DemoAccount("demo-quantri", "dung-thu-quantri", "administrator"),
)


def write_lab(data: DataFolder, simulators: Mapping[str, int]) -> None:
    """Leave the HTTP ports of the simulated printers, by name, for the server of the demo."""
    write_private(data.path / "lab.json", json.dumps({"simulators": dict(simulators)}))


def lab_rig(data: DataFolder) -> LabRig:
    """Return the way to the virtual hardware that `write_lab` described."""
    told = json.loads((data.path / "lab.json").read_text())
    return LabRig(
        data.control_socket,
        told["simulators"],
        DEMO_ACCOUNTS,
        PanelRig(panels_folder(data).control_socket, panel_buttons(data)),
    )
