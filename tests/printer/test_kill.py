"""kill -9 in the middle of printing: nothing comes out twice, nothing false is remembered."""

import random
import re
import subprocess
import sys
import time

import zxingcpp
from PIL import Image

from printer.escpos import fence_id
from printer.ledger import Ledger, State

JOBS = [str(1001 + at) for at in range(24)]

AGENT = """
import sys, time
sys.path.insert(0, sys.argv[1])
from tests.support.paper import make_slip
from printer.build import open_printer
from printer.ledger import Ledger
from printer.spooler import PrintJob, Spooler
ledger = Ledger(sys.argv[2])
spooler = Spooler(open_printer("tcp", host="127.0.0.1", port=int(sys.argv[3])), ledger)
spooler.start()
for job_id in sys.argv[4:]:
    spooler.submit(PrintJob(job_id, make_slip(job_id), time.monotonic() + 60))
while not all((row := ledger.known(job_id)) and row.final for job_id in sys.argv[4:]):
    assert spooler.alive, spooler.error
    time.sleep(0.01)
spooler.stop()
ledger.close()
"""


def test_kill_at_random_bytes_never_prints_twice(start_simulator, tmp_path, request):
    simulator = start_simulator("--speed", "8")
    path = tmp_path / "ledger.sqlite3"
    folder = str(request.path.parents[2])
    command = [sys.executable, "-c", AGENT, folder, str(path), str(simulator.port), *JOBS]
    chance = random.Random(20261123)
    for _ in range(7):
        mark = simulator.state()["received_bytes"] + chance.randrange(13, 90_000)
        agent = subprocess.Popen(command)
        while simulator.state()["received_bytes"] < mark and agent.poll() is None:
            time.sleep(0.003)
        agent.kill()
        agent.wait(10)
    last = subprocess.run(command, timeout=60, check=True)
    assert last.returncode == 0

    state = simulator.state()
    whole = [bytes.fromhex(slip["fence"]) for slip in state["slips"] if slip["complete"]]
    assert len(whole) == len(set(whole)), "a slip came out twice"
    with Ledger(path) as ledger:
        rows = {job_id: ledger.known(job_id) for job_id in JOBS}
    by_state = {state: [job for job, row in rows.items() if row.state is state] for state in State}
    assert sorted(by_state[State.PRINTED] + by_state[State.UNKNOWN]) == JOBS
    assert 1 <= len(by_state[State.UNKNOWN]) <= 7
    for job in by_state[State.PRINTED]:
        assert whole.count(fence_id(job)) == 1
    # Independent of fences: the number in each whole slip's own code.
    numbers = []
    for slip in state["slips"]:
        if slip["complete"]:
            picture = Image.open(tmp_path / "slips-0" / f"slip-{slip['n']:06d}.png").convert("L")
            texts = [code.text for code in zxingcpp.read_barcodes(picture)]
            assert len(texts) == 1
            numbers.append(re.search(r"/t/(\d+)-", texts[0])[1])
    assert len(numbers) == len(set(numbers))
    assert set(by_state[State.PRINTED]) <= set(numbers)
