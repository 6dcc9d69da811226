"""A child that starts while its parent dies must not live on."""

import signal
import subprocess
import sys
import textwrap

from tests.support.programs import ROOT


def run_child(parent: int) -> int:
    code = textwrap.dedent(
        f"""
        import os, signal, sys
        from appliance.parent import die_with_parent
        parent = {parent} or os.getppid()
        die_with_parent(parent, signal.SIGTERM)
        sys.exit(7)
        """
    )
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode


def test_a_child_of_a_living_parent_goes_on():
    assert run_child(0) == 7


def test_a_child_whose_parent_died_before_it_could_ask_ends_itself():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert run_child(gone.pid) == -signal.SIGTERM
