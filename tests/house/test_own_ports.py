"""A test's program starts on a port that nobody took since the test chose it."""

from __future__ import annotations

import itertools
import socket

from tests.support.ports import block_of, own_port


def test_no_two_processes_of_a_run_choose_the_same_port():
    blocks = [set(block_of("a run", worker)) for worker in range(8)]
    assert all(not one & other for one, other in itertools.combinations(blocks, 2))


def test_a_browser_asks_all_of_them_and_linux_gives_none_of_them_to_anybody():
    assert all(10080 < port < 32768 for run in "abcdefgh" for port in block_of(run, 3))


def test_a_port_is_chosen_once_and_none_that_is_in_use():
    first = own_port()
    block = [own_port() for _ in range(3)]
    assert len({first, *block}) == 4
    with socket.create_server(("127.0.0.1", block[-1] + 1)):
        assert own_port() != block[-1] + 1
