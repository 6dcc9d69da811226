"""The measures that the bench reports are taken on real slips and real sockets."""

from __future__ import annotations

from printer.benchmarks import measure_drawing, measure_throughput


def test_drawing_is_measured(slip):
    cost = measure_drawing(slip(), rounds=3)
    assert 0 < cost.median_ms < 2000
    assert 10_000 < cost.slip_bytes < 30_000
    assert 70 < cost.length_mm < 95


def test_throughput_is_measured_against_an_infinitely_fast_printer(start_simulator, slip, tmp_path):
    simulator = start_simulator("--speed", "inf")
    found = measure_throughput(slip(), "127.0.0.1", simulator.port, tmp_path, slips=5)
    assert (found.printed, found.flushes) == (5, 10)
    assert simulator.state()["printed"] == 5
    assert found.total_s > 0
