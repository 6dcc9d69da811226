"""Look at slips, ask a printer how it is, print, test, or be a printer: `--help` tells more."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from printer.errors import PrinterError
from printer.slip import Slip

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

WIDTHS = (384, 512, 576)
Width = Annotated[int, typer.Option(help="Dots across the paper: 384, 512 or 576.")]
Profile = Annotated[str, typer.Option(help="python-escpos' name of the model, e.g. TM-T20II.")]
Where = Annotated[
    str,
    typer.Argument(
        metavar="PRINTER",
        help="HOST:PORT, serial:DEVICE@BAUD, usblp:DEVICE or usb:VENDOR:PRODUCT.",
    ),
]
SlipFile = Annotated[Path, typer.Argument(help="A TOML file with the slip's texts.", exists=True)]
LayoutFile = Annotated[Path | None, typer.Option("--layout", help="A TOML file with the layout.")]


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="TCP port of the printer; 0 picks one.")] = 9100,
    http_port: Annotated[int, typer.Option(help="Loopback port of the lab; 0 picks one.")] = 9101,
    folder: Annotated[
        Path, typer.Option("--dir", help="Folder for the pictures of cut slips.")
    ] = Path(),
    speed: Annotated[float, typer.Option(help="Times 150 mm/s; inf is allowed.", min=0.01)] = 1.0,
    width: Width = 576,
    host: Annotated[str, typer.Option(help="Address the printer listens on.")] = "127.0.0.1",
    buffer_bytes: Annotated[int, typer.Option(help="Receive buffer.", min=64)] = 4096,
    refuse_second: Annotated[bool, typer.Option(help="Reset a second sender.")] = False,
    pty: Annotated[
        bool, typer.Option("--pty", help="Also be a device node: DIR/printer.tty.")
    ] = False,
    cutter: Annotated[bool, typer.Option(help="Have a knife; without, slips are torn off.")] = True,
    file: Annotated[
        Path | None, typer.Option(help="Print what this file holds, tell what came out, end.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Start with a fault, e.g. paper=out, silent=true."),
    ] = None,
) -> None:
    """Be a printer that speaks back, shows its slips as pictures and has faults on request."""
    import asyncio

    from printer.simulator.lab import Settings
    from printer.simulator.main import play, tell
    from printer.simulator.main import simulate as run

    if width not in WIDTHS:
        raise typer.BadParameter("384, 512 or 576", param_hint="--width")
    settings = Settings(
        folder, host, port, width, 150.0 * speed, buffer_bytes, refuse_second, pty, cutter
    )
    faults = dict(_fault(text) for text in fault or [])
    if file is not None:
        tell(asyncio.run(play(settings, file, faults)))
        return
    asyncio.run(run(settings, http_port, faults))


@app.command()
def preview(
    slip: SlipFile,
    out: Path,
    width: Annotated[int | None, typer.Option(help="Dots; default: the profile's.")] = None,
    layout: LayoutFile = None,
    profile: Profile = "default",
) -> None:
    """Draw a slip as a PNG, dot for dot as it will be printed."""
    from printer.layout import draw
    from printer.layout_file import load_layout
    from printer.profile import load_profile

    dots = width or load_profile(profile).width_dots
    picture = draw(_slip(slip), dots, load_layout(layout) if layout else None)
    picture.save(out, format="PNG")
    typer.echo(f"{out}: {picture.width} x {picture.height} dots, {picture.height / 8:.0f} mm")


@app.command()
def profiles() -> None:
    """Name the printer models that are known, with their width."""
    from printer.profile import load_profile, profile_names

    for name in profile_names():
        known = load_profile(name)
        knife = "" if known.abilities.cutter else ", no knife"
        typer.echo(f"{name}: {known.width_dots} dots{knife}")


@app.command()
def status(where: Where) -> None:
    """Ask a printer how it is; exit code 0 only if it can print."""
    from printer.address import parse_address
    from printer.build import open_printer

    printer = open_printer(**parse_address(where))
    found = printer.check()
    if found.state == "unknown":
        found = printer.check()
    printer.close()
    typer.echo(" ".join([found.state, *found.causes]))
    raise typer.Exit(0 if found.usable else 1)


@app.command(name="print")
def print_slip(
    slip: SlipFile,
    where: Where,
    width: Annotated[int | None, typer.Option(help="Dots; default: the profile's.")] = None,
    profile: Profile = "default",
    layout: LayoutFile = None,
) -> None:
    """Print one slip and tell whether it is on paper; exit code 0 only if it is."""
    from printer.address import parse_address
    from printer.build import draw_job, open_printer
    from printer.escpos import fence_id
    from printer.layout_file import load_layout

    described = _slip(slip)
    printer = open_printer(width_dots=width, profile=profile, **parse_address(where))
    data = draw_job(
        described, printer.width_dots, printer.abilities, load_layout(layout) if layout else None
    )
    try:
        found = printer.prepare()
        if not printer.may_print(found):
            typer.echo(" ".join(["not sent:", found.state, *found.causes]))
            raise typer.Exit(1)
        outcome = printer.send(data, fence_id(described.number + described.time_line))
    finally:
        printer.close()
    typer.echo(f"{outcome.state} ({outcome.reason})")
    raise typer.Exit(0 if outcome.state == "printed" else 1)


@app.command(name="test")
def print_test_page(
    where: Where,
    profile: Profile = "default",
    width: Annotated[int | None, typer.Option(help="Dots; default: the profile's.")] = None,
    evidence: Annotated[Path, typer.Option(help="Folder for the evidence.")] = Path(),
    ask: Annotated[bool, typer.Option(help="Ask the person who sees the paper.")] = True,
) -> None:
    """Print a test page, ask what came out, and store the evidence; exit code 0 if all is well."""
    from printer.address import parse_address
    from printer.build import open_printer
    from printer.testing import run_test

    printer = open_printer(width_dots=width, profile=profile, **parse_address(where))
    raise typer.Exit(0 if run_test(printer, profile, evidence, ask) else 1)


def _slip(path: Path) -> Slip:
    return Slip.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))


def _fault(text: str) -> tuple[str, Any]:
    """Read NAME=VALUE; numbers, true, false and null are what JSON says, the rest are words."""
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter("NAME=VALUE", param_hint="--fault")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def main() -> None:
    """Run the command line; an error of ours is one line, not a traceback."""
    try:
        app()
    except (PrinterError, tomllib.TOMLDecodeError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
