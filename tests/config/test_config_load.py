"""The configuration is read as a whole, and every error is told at once with its place."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.config.load import check, effective, load, sample_path
from appliance.config.schema import Config
from appliance.errors import ConfigInvalid
from tests.config.conftest import told_in_both_languages
from tools.config_docs import keys

Write = Callable[[str], Path]
Problems = Callable[..., list[str]]
Refused = Callable[..., list[str]]
Service = Callable[..., str]
A_CODE = "takes small letters without accents, digits and hyphens, at most 32"


def test_the_sample_is_a_whole_office() -> None:
    config = load(sample_path(), {})
    assert [s.code for s in config.services][::8] == ["ho-tich", "huong-dan"]
    assert [s.prefix for s in config.services] == list("123456789")
    assert len(config.counters) == 6
    assert {code for c in config.counters for code in c.services} == {
        s.code for s in config.services
    }
    issued = [b.service for b in config.agent.buttons if b.press == "issue"]
    assert issued == [s.code for s in config.services]
    pins = {pin for b in config.agent.buttons for pin in (b.pin, b.light_pin)}
    assert not pins & {0, 1, None}


def test_the_smallest_office_needs_a_name_a_service_and_a_counter(
    write: Write, office: str
) -> None:
    assert load(write(office), {}).server.port == 8080


def test_the_effective_configuration_reads_back_to_the_same(write: Write) -> None:
    config = load(sample_path(), {"MOISO_OFFICE__ADDRESS": 'a "b" \\ \x7f\n\x01'})
    assert load(write(effective(config)), {}) == config
    assert "run = 2" in effective(config)


def test_own_hours_of_a_service_read_back_too(write: Write, service: Service, office: str) -> None:
    own = (
        '[services.hours]\nmonday = ["08:00-09:00"]\n[services.hours.exceptions]\n2026-12-31 = []\n'
    )
    config = load(write(office + service("y-te", "6", own)), {})
    assert load(write(effective(config)), {}) == config


def test_a_byte_order_mark_and_decomposed_letters_are_taken(tmp_path: Path, office: str) -> None:
    path = tmp_path / "moiso.toml"
    path.write_bytes(b"\xef\xbb\xbf" + office.replace("Hộ", "Ho\u0323\u0302").encode())
    assert load(path, {}).services[0].name_vi == "Hộ tịch"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[office", "is not valid TOML: the file ends too early"),
        (b'[office]\nname = "a" "b"', "is not valid TOML at line 2, column 12"),
        (b'name = "\xff"', "is not UTF-8 text (byte 9)"),
    ],
)
def test_what_cannot_be_parsed_is_named(
    tmp_path: Path, refused: Refused, content: bytes, said: str
) -> None:
    path = tmp_path / "moiso.toml"
    path.write_bytes(content)
    (told,) = refused(path)
    assert told.startswith(f"{path}: {said}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "absent.toml"
    assert refused(path) == [f"{path}: no such file"]


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path, refused: Refused) -> None:
    assert refused(tmp_path) == [f"{tmp_path}: cannot be read (Is a directory)"]


def test_all_errors_are_told_at_once(problems: Problems) -> None:
    told = problems('[server]\nprot = 1\nthreads = 1\n[[counters]]\nnumber = 1\nservices = ["x"]')
    assert told == [
        "server.threads: must be at least 8, not 1",
        'server.prot: unknown key; did you mean "port"?',
        "counters[2].number: 1 is taken by counters[1].number",
        'counters[2].services[1]: no service "x"',
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[sever]\nport = 1", 'sever: unknown key; did you mean "server"?'),
        ("[queue.priority]\nruns = 1", 'queue.priority.runs: unknown key; did you mean "run"?'),
        ("[agent]\nzzz = 1", "agent.zzz: unknown key"),
        ("[[kiosks]]\nscreen = true", "kiosks[1].name: is missing"),
        (
            '[[kiosks]]\nname = "K"',
            f'kiosks[1].name: {A_CODE}, not "K"',
        ),
        (
            '[[agent.buttons]]\npin = 4\npress = "issue"',
            "agent.buttons[1]: an issue button needs kiosk and service",
        ),
        ("kiosks = 1", "counters[1].kiosks: unknown key"),
    ],
)
def test_a_wrong_key_or_value_is_named(problems: Problems, text: str, told: str) -> None:
    assert problems(text) == [told]


def test_the_environment_wins_over_the_file(write: Write, office: str) -> None:
    path = write(office + "[server]\nport = 1")
    environ = {
        "MOISO_PORT": "9090",
        "MOISO_QUEUE__PRIORITY__RUN": "5",
        "MOISO_SERVER__PUBLIC_URL": "http://192.168.1.10",
        "MOISO_SERVER__THREADS": "",
        "MOISO_DEMO_CLOCK": "not ours",
        "PORT": "1",
    }
    config = load(path, environ)
    assert (config.server.port, config.queue.priority.run) == (9090, 5)
    assert (config.server.public_url, config.server.threads) == ("http://192.168.1.10", 128)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "MOISO_PORT",
            "x",
            'server.port: must be a whole number, not "x"',
        ),
        ("MOISO_SEVER__PORT", "1", 'sever: unknown key; did you mean "server"?'),
        ("MOISO_SERVER__PROT", "1", 'server.prot: unknown key; did you mean "port"?'),
        (
            "MOISO_SERVICES__CODE",
            "x",
            "services: cannot be set by a variable; write it into the file",
        ),
    ],
)
def test_a_wrong_variable_is_named_instead_of_the_file(
    problems: Problems, name: str, value: str, told: str
) -> None:
    assert problems("", {name: value}) == [f"{name}: {told}"]


def test_the_schema_alone_builds_the_sample() -> None:
    assert Config.model_validate(tomllib.loads(sample_path().read_text("utf-8"))).services


WRONG = (-1, 10**30, 1.5, True, "", "x" * 1000, "Đ ж", "10", [], ["x"], [1], {}, {"x": 1})


@pytest.mark.parametrize("key", sorted(path for path, _ in keys(Config)))
def test_whatever_stands_at_a_key_is_taken_or_refused_in_both_languages(
    key: str,
) -> None:
    sample = tomllib.loads(sample_path().read_text("utf-8"))
    *way, last = key.split(".")
    for value in WRONG:
        raw = copy.deepcopy(sample)
        table = raw
        for part in way:
            inner = table.setdefault(part, {})
            table = inner[0] if isinstance(inner, list) else inner
        table[last] = value
        try:
            check(raw, Path("moiso.toml"), {})
        except ConfigInvalid as exc:
            for problem in exc.problems:
                told_in_both_languages(problem)
