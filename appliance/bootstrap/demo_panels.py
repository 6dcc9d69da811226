"""The demo's rating panels: ten buttons on a Pi of their own, so an agent of their own.

One Pi has 26 usable pins and the sample office needs them for its kiosk; in an office a panel
hangs on the Pi at its counter. The folder inside the demo's data folder is that Pi's data folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from appliance.bootstrap.files import DataFolder
from appliance.config import Config, load
from appliance.config.dump import effective
from appliance.config.schema import AgentConfig, ButtonConfig
from appliance.domain.rating import RatingPolicy

NAME = "panels"
COUNTERS = (1, 2)
_FIRST_PIN, _FIRST_LIGHT = 2, 14


def panels_folder(data: DataFolder) -> DataFolder:
    """Return the data folder of the panels' agent."""
    return DataFolder(data.path / NAME)


def write_panels(data: DataFolder) -> None:
    """Give the panels of the office to an agent of their own, and that agent its configuration."""
    text = data.config.read_text(encoding="utf-8")
    for counter in COUNTERS:
        head = f"[[panels]]\ncounter = {counter}\n"
        text = text.replace(head, f'{head}agent = "{NAME}"\n')
    data.config.write_text(text, encoding="utf-8")
    config = load(data.config, {})
    folder = panels_folder(data)
    folder.create()
    agent = AgentConfig(
        name=NAME, server_url=config.agent.server_url, buttons=tuple(_buttons(config))
    )
    mine = effective(config.model_copy(update={"agent": agent}))
    folder.config.write_text(mine, encoding="utf-8")


def panel_buttons(data: DataFolder) -> tuple[ButtonConfig, ...]:
    """Return the buttons of the panels' agent; none where there is no such agent."""
    path = panels_folder(data).config
    if not path.exists():
        return ()
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return AgentConfig.model_validate(raw["agent"]).buttons


def _buttons(config: Config) -> Iterator[ButtonConfig]:
    levels = RatingPolicy(scale=f"hai-long-{config.rating.scale}").levels
    places = [(counter, level) for counter in COUNTERS for level in levels]
    for n, (counter, level) in enumerate(places):
        yield ButtonConfig(
            pin=_FIRST_PIN + n,
            light_pin=_FIRST_LIGHT + n,
            press="rate",
            counter=counter,
            level=level.value,
        )
