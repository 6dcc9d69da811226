"""Look at slips, ask a printer how it is, print, or be a printer: `python -m printer --help`."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from printer.errors import PrinterError
from printer.slip import Slip

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Width = Annotated[int, typer.Option(help="Dots across the paper: 384, 512 or 576.")]
Where = Annotated[str, typer.Argument(metavar="HOST:PORT", help="The printer's address.")]
SlipFile = Annotated[Path, typer.Argument(help="A TOML file with the slip's texts.", exists=True)]


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="TCP port of the printer; 0 picks one.")] = 9100,
    http_port: Annotated[int, typer.Option(help="Loopback port of the lab; 0 picks one.")] = 9101,
    folder: Annotated[
        Path, typer.Option("--dir", help="Folder for the pictures of cut slips.")
    ] = Path(),
    speed: Annotated[float, typer.Option(help="Times 150 mm/s.", min=0.01)] = 1.0,
    width: Width = 576,
    host: Annotated[str, typer.Option(help="Address the printer listens on.")] = "127.0.0.1",
    buffer_bytes: Annotated[int, typer.Option(help="Receive buffer.", min=64)] = 4096,
    refuse_second: Annotated[bool, typer.Option(help="Reset a second sender.")] = False,
) -> None:
    """Be a printer that speaks back, shows its slips as pictures and has faults on request."""
    import asyncio

    from printer.simulator.lab import Settings
    from printer.simulator.main import simulate as run

    if width not in (384, 512, 576):
        raise typer.BadParameter("384, 512 or 576", param_hint="--width")
    settings = Settings(folder, host, port, width, 150.0 * speed, buffer_bytes, refuse_second)
    asyncio.run(run(settings, http_port))


@app.command()
def preview(slip: SlipFile, out: Path, width: Width = 576) -> None:
    """Draw a slip as a PNG, dot for dot as it will be printed."""
    from printer import layout

    picture = layout.draw(_slip(slip), width)
    picture.save(out, format="PNG")
    typer.echo(f"{out}: {picture.width} x {picture.height} dots, {picture.height / 8:.0f} mm")


@app.command()
def status(where: Where) -> None:
    """Ask a printer how it is; exit code 0 only if it can print."""
    from printer.build import open_printer

    host, port = _address(where)
    printer = open_printer("tcp", host=host, port=port)
    found = printer.check()
    if found.state == "unknown":
        found = printer.check()
    printer.close()
    typer.echo(" ".join([found.state, *found.causes]))
    raise typer.Exit(0 if found.usable else 1)


@app.command(name="print")
def print_slip(slip: SlipFile, where: Where, width: Width = 576) -> None:
    """Print one slip and tell whether it is on paper; exit code 0 only if it is."""
    from printer.build import draw_job, open_printer
    from printer.escpos import fence_id

    host, port = _address(where)
    described = _slip(slip)
    printer = open_printer("tcp", host=host, port=port, width_dots=width)
    data = draw_job(described, width, printer.abilities)
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


def _slip(path: Path) -> Slip:
    return Slip.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))


def _address(where: str) -> tuple[str, int]:
    host, colon, port = where.rpartition(":")
    if not colon:
        return where, 9100
    if not port.isdigit():
        raise typer.BadParameter("HOST:PORT", param_hint="HOST:PORT")
    return host, int(port)


def main() -> None:
    """Run the command line; an error of ours is one line, not a traceback."""
    try:
        app()
    except (PrinterError, tomllib.TOMLDecodeError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
