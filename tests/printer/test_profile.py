"""What is known of printer models, and that it is what python-escpos itself says."""

from __future__ import annotations

import subprocess
import sys

import pytest

from printer import escpos
from printer.build import draw_job, open_printer
from printer.errors import ProfileUnfit, ProfileUnknown
from printer.profile import load_profile, profile_names

REFERENCE = """
import json, os, sys, tempfile
with tempfile.TemporaryDirectory() as folder:
    os.environ["ESCPOS_CAPABILITIES_PICKLE_DIR"] = folder
    from escpos import capabilities
    from escpos.printer import Dummy
    seen = {}
    for name in sys.argv[1:]:
        profile = capabilities.get_profile(name)
        seen[name] = [
            profile.media["width"]["pixels"],
            bool(profile.supports("paperFullCut") or profile.supports("paperPartCut")),
            bool(profile.supports("bitImageRaster")),
        ]
    from PIL import Image
    printer = Dummy(profile="TM-T20II")
    printer.hw("INIT")
    printer.image(Image.new("1", (16, 2), 0), impl="bitImageRaster", fragment_height=128)
    seen["bytes"] = printer.output.hex()
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def reference():
    import json

    command = [sys.executable, "-W", "ignore", "-c", REFERENCE, *profile_names()]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(told)


def test_every_model_is_as_the_library_says(reference):
    for name in profile_names():
        known = load_profile(name)
        dots, cuts, raster = reference[name]
        assert (known.abilities.cutter, True) == (cuts, raster), name
        assert known.width_dots <= (dots if isinstance(dots, int) else 576), name


def test_our_bytes_are_those_of_the_library_builder(reference):
    from PIL import Image

    plain = escpos.PLAIN
    ours = escpos.encode(Image.new("1", (16, 2), 0), plain)
    theirs = bytes.fromhex(reference["bytes"])
    assert ours.startswith(theirs)
    assert len(ours) - len(theirs) == 4, "the cut"


@pytest.mark.parametrize(
    ("name", "width", "cutter", "process_id"),
    [
        ("default", 576, True, True),
        ("TM-T20II", 576, True, True),
        ("TM-T88III", 512, True, False),
        ("POS-5890", 384, False, False),
        ("RP-F10-58mm", 384, True, False),
        ("CT-S651", 576, True, False),
        ("simple", 576, False, False),
    ],
)
def test_a_model_tells_width_knife_and_language(name, width, cutter, process_id):
    known = load_profile(name)
    abilities = known.abilities
    assert (known.width_dots, abilities.cutter, abilities.process_id) == (width, cutter, process_id)
    assert open_printer(profile=name, host="127.0.0.1").width_dots == width
    assert open_printer(profile=name, host="127.0.0.1", width_dots=384).width_dots == 384


@pytest.mark.parametrize(
    ("name", "problem"), [("TM-U220", "no_raster"), ("SP2000", "star_commands")]
)
def test_a_model_that_cannot_print_slips_is_refused(name, problem):
    with pytest.raises(ProfileUnfit) as caught:
        load_profile(name)
    assert caught.value.fields["problem"] == problem
    assert name not in profile_names()


def test_an_unknown_model_is_refused_with_names_like_it():
    with pytest.raises(ProfileUnknown) as caught:
        load_profile("TM-T20")
    assert "TM-T20II" in caught.value.fields["meant"]


def test_a_printer_without_knife_gets_paper_past_its_tear_bar(start_simulator, open_office):
    simulator = start_simulator("--speed", "50", "--no-cutter", "--width", "384")
    office = open_office(simulator.printer(profile="POS-5890"))
    for number in ("1001", "1002"):
        office.submit(number)
        assert office.end_of(number) == ("printed", "fence")
    state = simulator.state()
    assert (state["printed"], state["half"], state["unknown_commands"]) == (2, 0, 0)


def test_models_are_read_without_the_library_machinery(slip):
    code = (
        "import sys; from printer.profile import load_profile; load_profile('TM-T20II')\n"
        "print([n for n in ('yaml', 'escpos.capabilities', 'PIL', 'serial') if n in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
    assert draw_job(slip(), 384, load_profile("POS-5890").abilities).endswith(b"\x1bJ\xa0")
