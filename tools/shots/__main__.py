"""`python -m tools.shots`: picture every screen of a lively demo, and complain of what is wrong."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as TooSlow

from tools.office.browser import chromium, origin
from tools.office.program import ROOT
from tools.office.programs import Office, running
from tools.shots import scenes
from tools.shots.glass import Glass, Size
from tools.shots.life import ENV, Life
from tools.shots.readme import write_pictures
from tools.shots.scenes import Scene
from tools.shots.slips import write_slips

SIZES = (Size(1920, 1080), Size(1366, 768), Size(390, 844))
PICTURES = ROOT / "docs" / "pictures"
# A panel goes to rest 20 s after the next number was called.
_READY_MS = 30_000
EXIT_COMPLAINTS = 1


@dataclass(frozen=True)
class Taken:
    """A picture, and what its page complained of."""

    file: Path
    complaints: tuple[str, ...] = ()


def main(
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("shots"),
    readme: Annotated[bool, typer.Option("--readme", help="Write docs/pictures instead.")] = False,
    only: Annotated[str, typer.Option(help="Names of scenes, with commas; default: all.")] = "",
) -> None:
    """Write the pictures; exit code 1 if a page had anything to complain of.

    Complaints: errors of scripts, a broken content policy, failed or foreign requests, and pages
    that are wider than their screen.
    """
    # A plain end by SIGTERM would leave the programs behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    wanted = set(only.split(",")) if only else {scene.name for scene in scenes.ALL}
    if unknown := sorted(wanted - {scene.name for scene in scenes.ALL}):
        raise typer.BadParameter(f"no scene {unknown[0]!r}", param_hint="--only")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="moiso-shots-") as folder, chromium() as browser:
        camera = Camera(browser, out, wanted)
        if readme:
            taken = _readme(browser, Path(folder))
        else:
            taken = [*_office(camera, Path(folder)), *_first_start(camera, Path(folder))]
            taken += [Taken(file) for file in write_slips(out)]
    typer.echo(_table(taken))
    if any(one.complaints for one in taken):
        raise typer.Exit(EXIT_COMPLAINTS)


@dataclass(frozen=True)
class Camera:
    """Takes the wanted scenes at every size."""

    browser: Browser
    out: Path
    wanted: set[str]

    def take(self, life: Life, those: Iterable[Scene]) -> list[Taken]:
        """Return the pictures of those scenes that are wanted."""
        return [
            self._one(life, scene, size)
            for scene in those
            if scene.name in self.wanted
            for size in SIZES
        ]

    def take_lost(self, life: Life, those: Iterable[Scene]) -> list[Taken]:
        """Return the pictures of pages that were open when the server was killed."""
        taken = []
        scenes_wanted = [scene for scene in those if scene.name in self.wanted]
        for size in SIZES if scenes_wanted else ():
            with ExitStack() as windows:
                glasses = [
                    windows.enter_context(self._window(life, scene, size))
                    for scene in scenes_wanted
                ]
                for scene, glass in zip(scenes_wanted, glasses, strict=True):
                    glass.open(scene.path_in(life))
                    glass.page.wait_for_load_state("networkidle")
                    glass.expect_failures()
                life.office.server.kill()
                for scene, glass in zip(scenes_wanted, glasses, strict=True):
                    taken.append(self._picture(scene, glass, size))
            life.office.server.start()
            life.office.wait_served()
        return taken

    def _one(self, life: Life, scene: Scene, size: Size) -> Taken:
        with self._window(life, scene, size) as glass:
            glass.open(scene.path_in(life))
            return self._picture(scene, glass, size)

    def _window(self, life: Life, scene: Scene, size: Size) -> Glass:
        return Glass(
            self.browser,
            origin(life.office.port),
            size,
            cookies=scene.cookies(life),
            tokens=life.tokens,
            status=scene.status,
            then=scene.then,
        )

    def _picture(self, scene: Scene, glass: Glass, size: Size) -> Taken:
        file = self.out / f"{scene.name}-{size}.png"
        try:
            scene.act(glass.page)
            glass.page.wait_for_selector(scene.ready, state="attached", timeout=_READY_MS)
        except TooSlow as exc:
            glass.complaints.append(f"never ready: {exc.message.splitlines()[0]}")
        glass.picture(file)
        return Taken(file, tuple(glass.complaints))


def _office(camera: Camera, folder: Path) -> list[Taken]:
    office = Office(folder / "office", speed=4, env=ENV, whole=True)
    with running(office):
        life = Life(office)
        life.open()
        taken = camera.take(life, scenes.EMPTY)
        life.fill()
        printed = camera.out / "slip-printed.png"
        shutil.copyfile(life.newest_slip(), printed)
        taken += [Taken(printed), *camera.take(life, scenes.LIVELY)]
        taken += camera.take(life, scenes.RATING)
        taken += camera.take_lost(life, scenes.LOST)
        office.fault_all(paper="out")
        taken += camera.take(life, scenes.NO_PAPER)
        office.damage_database()
        return taken + camera.take(life, scenes.DAMAGED)


def _first_start(camera: Camera, folder: Path) -> list[Taken]:
    """Picture an office in which nobody has an account yet."""
    office = Office(folder / "new", demo=False)

    def start() -> None:
        office.prepare(accounts=False)
        office.server.start()
        office.wait_served()

    with running(office, start):
        return camera.take(Life(office), scenes.FIRST_START)


def _readme(browser: Browser, folder: Path) -> list[Taken]:
    office = Office(folder / "office", speed=4, env=ENV, whole=True)
    with running(office):
        life = Life(office)
        life.open()
        life.fill()
        done = write_pictures(browser, origin(office.port), life, PICTURES)
    return [Taken(file, tuple(complaints)) for file, complaints in done.items()]


def _table(taken: list[Taken]) -> str:
    lines = []
    for one in taken:
        size_kb = one.file.stat().st_size / 1000
        lines.append(f"{one.file!s:<48} {size_kb:6.0f} kB  {'ok' if not one.complaints else 'BAD'}")
        lines += [f"    {complaint}" for complaint in one.complaints]
    bad = sum(bool(one.complaints) for one in taken)
    return "\n".join([*lines, f"{len(taken)} pictures, {bad} with complaints"])


if __name__ == "__main__":
    typer.run(main)
