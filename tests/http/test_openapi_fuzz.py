"""schemathesis on the real server: no 5xx, and no answer that the document does not know."""

from __future__ import annotations

import subprocess

import pytest

from tests.http.kit import office, request_id, rows, taken
from tests.support.people import clerk
from tests.support.programs import ROOT

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
EXAMPLES = 6


@pytest.fixture(scope="module")
def schemathesis():
    """The tool stands in an environment of its own, see tools/fuzz/setup.sh."""
    subprocess.run([ROOT / "tools/fuzz/setup.sh"], check=True)
    return ROOT / ".venv-fuzz/bin/st"


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    with office(tmp_path_factory.mktemp("fuzz")) as server:
        yield server


def fuzz(tool, rig, folder, *more):
    url = f"http://127.0.0.1:{rig.port}"
    return subprocess.run(
        [
            *(tool, "run", f"{url}/api/v1/openapi.json", "--url", url, "--no-color"),
            *("--checks", ",".join(CHECKS), "--max-examples", str(EXAMPLES)),
            *(
                "--seed",
                "1",
                "--generation-database",
                "none",
                "--phases",
                "examples,coverage,fuzzing",
            ),
            *more,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_a_kiosk_finds_no_undocumented_answer_and_gets_tickets(schemathesis, rig, tmp_path):
    """The first of the two: the same seed later asks with the same request ids again."""
    kiosk = rig.screen_token("kiosk", "kiosk-1")
    header = ("--header", f"Authorization: Bearer {kiosk}")
    (before,) = rows(rig, "SELECT count(*) FROM tickets")
    told = fuzz(schemathesis, rig, tmp_path, *header, "--include-path", "/api/v1/tickets")
    assert told.returncode == 0, told.stdout + told.stderr
    (after,) = rows(rig, "SELECT count(*) FROM tickets")
    assert after > before, "the calls went past the door"


def test_staff_find_no_undocumented_answer(schemathesis, rig, tmp_path):
    kiosk = rig.screen_token("kiosk", "kiosk-2")
    tickets = [taken(rig, kiosk) for _ in range(3)]
    person = clerk(rig.port)
    assert person.post(f"/api/v1/tickets/{tickets[0]['id']}/cancel", {"request_id": request_id()})
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    told = fuzz(
        schemathesis,
        rig,
        tmp_path,
        *("--header", f"Cookie: {cookies}", "--header", f"X-CSRFToken: {person.csrf}"),
    )
    assert told.returncode == 0, told.stdout + told.stderr
