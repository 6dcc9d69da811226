"""`moiso say` and `moiso voice`: hear, check, record, without a screen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from display.voice import phrases
from display.voice.announcer import choose
from display.voice.wave_file import seconds, unpack
from tests.support.voices import write_set


@pytest.fixture
def moiso(tmp_path):
    """Run a command of moiso with a data folder of its own."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "appliance", *arguments],
            env={**os.environ, "MOISO_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_say_writes_the_call_that_a_board_would_play(moiso, tmp_path):
    out = tmp_path / "out.wav"
    assert moiso("say", "15", "--counter", "3", str(out)).returncode == 0
    assert out.read_bytes() == choose(None).call("15", 3)
    assert 2 < seconds(unpack(out.read_bytes())) <= 12


def test_say_prints_the_words(moiso):
    found = moiso("say", "1007", "--counter", "15", "--words")
    assert found.stdout == "Mời số một không không bảy, đến quầy số mười lăm.\n"
    found = moiso("say", "A1", "--counter", "24", "--priority", "--words")
    assert found.stdout == "Mời số ưu tiên a một, đến quầy số hai mươi tư.\n"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [(("10-7",), "label"), (("1007", "--counter", "100"), "counter"), (("",), "label")],
)
def test_what_cannot_be_said_is_told_in_both_languages_and_why(moiso, wrong, field):
    found = moiso("say", *wrong)
    assert found.returncode == 1
    vi, en, why = found.stderr.splitlines()
    assert vi == f"moiso: Giá trị của “{field}” chưa hợp lệ."
    assert en == f"moiso: The value of “{field}” is not valid."
    assert why.startswith(f"moiso: [bad_field] field: {field}, problem: ")


def test_a_file_that_cannot_be_written_is_told_without_a_trace(moiso, tmp_path):
    out = tmp_path / "nowhere" / "out.wav"
    found = moiso("say", "15", str(out))
    assert found.returncode == 1
    assert found.stderr.startswith(f"moiso: Giá trị của “{out}” chưa hợp lệ.")
    assert "Traceback" not in found.stderr


def test_nothing_is_written_into_the_data_folder_by_listening(moiso, tmp_path):
    moiso("say", "1007", str(tmp_path / "out.wav"))
    assert moiso("voice").returncode == 0
    assert not (tmp_path / "data").exists()


def test_the_script_lists_every_clip(moiso):
    rows = [line.split("\t") for line in moiso("voice", "--script").stdout.splitlines()]
    assert {Path(name).stem: words for name, words in rows} == phrases.SCRIPT


def test_an_office_records_seals_and_is_heard(moiso, tmp_path):
    folder = tmp_path / "data" / "voice"
    write_set(folder)
    (folder / "manifest.json").unlink()
    found = moiso("voice")
    assert (found.returncode, "manifest.json" in found.stdout) == (1, True)
    found = moiso("voice", "--seal", "Chị Lan")
    assert (found.returncode, "Chị Lan" in found.stdout) == (0, True)
    (folder / "digit-5.wav").unlink()
    found = moiso("voice", "--seal", "Chị Lan")
    assert (found.returncode, "digit-5.wav" in found.stderr) == (1, True)
