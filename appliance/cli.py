"""The command line: ``moiso --help`` explains every program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from appliance import guardian
from appliance.bootstrap import server_lock
from appliance.bootstrap.files import DataFolder, data_folder
from appliance.bootstrap.program import UNREADABLE, Told, become, clock, errors_as_sentences
from appliance.config import Config, load, sample_path
from appliance.config.load import effective
from appliance.errors import MoisoError
from appliance.logs import set_up
from appliance.parent import die_with_parent
from appliance.plugin import PluginCommand

app = typer.Typer(
    name="moiso",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Queue tickets for one-stop offices: server, agent, demo. Data lie in MOISO_DATA.",
)
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration file; default: moiso.toml in the data folder."),
]
LangOption = Annotated[str, typer.Option(help="Language: vi or en.")]
DataOption = Annotated[
    Path | None, typer.Option(help="Data folder; default: the one that MOISO_DATA names.")
]
DemoFlag = Annotated[
    bool, typer.Option("--demo", hidden=True, help="Set by `moiso demo` for its own children.")
]

printer_app = typer.Typer(no_args_is_help=True, help="The ticket printers of this Pi.")
app.add_typer(printer_app, name="printer")
day_app = typer.Typer(no_args_is_help=True, help="The business day.")
app.add_typer(day_app, name="day")


@app.command()
def server(
    config: ConfigOption = None,
    demo: DemoFlag = False,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="Print the effective configuration and exit.")
    ] = False,
) -> None:
    """Run the office's server: database, pages, live channel, queue."""
    _child("server")
    clock(demo=demo)
    data, settings = _settings(config)
    if show_config:
        typer.echo(effective(settings))
        return
    server_lock.own(data.server_lock)
    env = _environment(data, config)
    first = subprocess.run(
        [sys.executable, "-m", "appliance.bootstrap.first_start"], env=env, check=False
    )
    if first.returncode != UNREADABLE:
        first.check_returncode()
    # Else the server starts all the same, to tell what is wrong, and tries the first step again.
    os.environ.update(env)
    from appliance.addresses import lan_address

    public = settings.server.public_url.rstrip("/")
    become(
        "server",
        Told(
            config=str(config or data.config),
            demo=demo,
            host=settings.server.host,
            port=settings.server.port,
            threads=settings.server.threads,
            public_url=public or f"http://{lan_address()}:{settings.server.port}",
        ),
    )


@app.command()
def agent(config: ConfigOption = None, demo: DemoFlag = False) -> None:
    """Run the agent of this Pi: buttons, lights, ticket printer."""
    _child("agent")
    clock(demo=demo)
    data, _ = _settings(config)
    become("agent", Told(config=str(config or data.config), demo=demo))


@app.command()
def run(config: ConfigOption = None) -> None:
    """Run server and agent of a single-Pi office without systemd; restart what dies."""
    set_up("run")
    clock(demo=False)
    data, settings = _settings(config)
    env = _environment(data, config)
    ready = subprocess.run(
        [sys.executable, "-m", "appliance.bootstrap.prepare"], env=env, check=False
    )
    # An agent that was let in before can work while the server tells that its database cannot.
    if ready.returncode != UNREADABLE or not data.agent_token.exists():
        ready.check_returncode()
    named = [] if config is None else ["--config", str(config)]
    keeper = guardian.Guardian(
        [
            guardian.Child("server", [*_MOISO, "server", *named], env),
            guardian.Child("agent", [*_MOISO, "agent", *named], env),
        ]
    )
    keeper.start()
    typer.echo(f"moiso: http://127.0.0.1:{settings.server.port}/")
    keeper.run()


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port of the pages; default 8080.")] = None,
    logs: Annotated[
        bool, typer.Option("--logs", help="Show here what the programs log, not in files.")
    ] = False,
) -> None:
    """Run a sample office on this computer: server, agent, simulated printer, lab page."""
    set_up("demo")
    from appliance.demo import run_demo

    run_demo(port, talks=logs)


@printer_app.command("test")
def printer_test(
    name: Annotated[str | None, typer.Argument(help="Which printer; default: the first.")] = None,
    config: ConfigOption = None,
    ask: Annotated[bool, typer.Option(help="Ask the person who sees the paper.")] = True,
) -> None:
    """Print a test page, ask what came out, and keep the evidence in the data folder."""
    data, settings = _settings(config)
    from appliance.bootstrap.printer_test import test_printer

    raise typer.Exit(0 if test_printer(settings, data.path, name, ask=ask) else 1)


@day_app.command("back")
def day_back(
    end_tickets: Annotated[
        bool, typer.Option("--end-tickets", help="End the tickets that wait or are at a counter.")
    ] = False,
    lang: LangOption = "vi",
    data: DataOption = None,
    config: ConfigOption = None,
    demo: DemoFlag = False,
) -> None:
    """Return to today after a clock that was ahead had opened a later day."""
    from appliance.day import go_back

    now, language = clock(demo=demo), _language(lang)
    raise typer.Exit(go_back(_folder(data), config, now, language, end_tickets=end_tickets))


@app.command()
def verify(
    database: Annotated[
        Path, typer.Argument(help="An office.sqlite, a copy of one, or its data folder.")
    ],
    lang: LangOption = "vi",
) -> None:
    """Prove a database: log without gaps, no number twice, every ticket and slip accounted for."""
    from appliance.verify import print_report

    raise typer.Exit(print_report(database, _language(lang)))


@app.command("simulate-day")
def simulate_day(
    citizens: Annotated[int, typer.Option(min=1, max=5000, help="How many come.")] = 300,
    counters: Annotated[int, typer.Option(min=1, help="How many counters work.")] = 6,
    speed: Annotated[float, typer.Option(min=1, max=2000, help="Times real time.")] = 450,
    seed: Annotated[int, typer.Option(help="The same seed plays the same day.")] = 1,
    kills: Annotated[
        bool, typer.Option("--kills", help="kill -9 agent and server once each, in the middle.")
    ] = False,
) -> None:
    """Play a whole day through a sample office; fails if a ticket is lost, doubled or late."""
    set_up("simulate-day")
    from rich.console import Console

    from appliance.simulation.day import print_outcome, simulate
    from appliance.simulation.playing import Day

    console = Console()
    outcome = simulate(Day(citizens, counters, speed, seed, kills), console)
    print_outcome(outcome, console)
    raise typer.Exit(0 if outcome.clean else 1)


@app.command()
def say(
    label: Annotated[str, typer.Argument(help="The ticket's number as printed: 1007, A012.")],
    out: Annotated[Path | None, typer.Argument(help="The WAV file to write.")] = None,
    counter: Annotated[int, typer.Option(help="The counter, 1 to 99.")] = 1,
    priority: Annotated[bool, typer.Option("--priority", help="A priority ticket.")] = False,
    words: Annotated[bool, typer.Option("--words", help="Print the words.")] = False,
) -> None:
    """Write the sound of a call to a file, or print its words."""
    from appliance import say as voice

    if words or out is None:
        voice.words(label, counter, priority=priority)
    voice.say(data_folder(os.environ), label, counter, out, priority=priority)


@app.command()
def voice(
    script: Annotated[bool, typer.Option("--script", help="Print what is to be recorded.")] = False,
    seal: Annotated[
        str, typer.Option("--seal", help="Check the recordings and sign them with this name.")
    ] = "",
) -> None:
    """Tell which clips speak; record an announcer of your own: docs/voice.md."""
    from appliance import say as spoken

    data = data_folder(os.environ)
    if script:
        spoken.script()
        return
    raise typer.Exit(spoken.seal(data, seal) if seal else spoken.tell(data))


@app.command(cls=PluginCommand)
def doctor(
    lang: LangOption = "vi",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    data: DataOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell how everything is and what to do; exit 0 ok, 1 warning, 2 critical, 3 unknown."""
    from appliance.doctor import run_doctor, tell_why_not

    language = _language(lang)
    try:
        raise typer.Exit(run_doctor(_folder(data), config, language, as_json=as_json))
    except MoisoError as exc:
        raise typer.Exit(tell_why_not(exc, language, as_json=as_json)) from exc


def main() -> None:
    """Run the command line; errors for people are one sentence, not a trace."""
    try:
        with errors_as_sentences():
            app()
    except subprocess.CalledProcessError as exc:
        raise SystemExit(exc.returncode) from exc


_MOISO = [sys.executable, "-m", "appliance"]


def _child(program: str) -> None:
    """Set this process up, and let it end with the guardian that started it, if one did."""
    set_up(program)
    keeper = os.environ.get(guardian.SUPERVISED)
    if keeper:
        die_with_parent(int(keeper), signal.SIGTERM)


def _settings(config: Path | None) -> tuple[DataFolder, Config]:
    """Return the data folder and the configuration; a new folder is given the sample one."""
    data = data_folder(os.environ)
    data.create()
    if config is None and not data.config.exists():
        shutil.copyfile(sample_path(), data.config)
        typer.echo(f"moiso: wrote a sample configuration, please edit it: {data.config}", err=True)
    return data, load(config or data.config, os.environ)


def _folder(named: Path | None) -> DataFolder:
    return data_folder(os.environ) if named is None else DataFolder(named)


def _language(lang: str) -> str:
    from display.texts import languages  # loads Flask: server and agent do not come here

    if lang not in languages:
        raise typer.BadParameter(f"{lang!r}: {' / '.join(languages)}", param_hint="--lang")
    return lang


def _environment(data: DataFolder, config: Path | None) -> dict[str, str]:
    """Return the environment in which a process of ours finds folder and configuration."""
    named = {} if config is None else {"MOISO_CONFIG": str(config)}
    return {**os.environ, "MOISO_DATA": str(data.path), **named}
