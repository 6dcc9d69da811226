"""What we write is what Prometheus reads."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from appliance.health.exposition import Exposition, by_label


def read(out: Exposition):
    return {family.name: family for family in text_string_to_metric_families(out.text)}


def test_a_gauge_is_read_back_with_its_labels():
    out = Exposition()
    labels = {"part": 'a "b" \\ c\nd', "kind": "máy in"}
    out.gauge("moiso_test", "What it\nmeans \\ says", [(labels, 1.5), ({}, 2)])
    (family,) = read(out).values()
    assert family.type == "gauge"
    assert family.documentation == "What it\nmeans \\ says"
    assert [(s.labels, s.value) for s in family.samples] == [(labels, 1.5), ({}, 2)]


def test_a_histogram_counts_upwards():
    out = Exposition()
    out.histogram("wait", "Waits", (60, 300), [({"service": "x"}, [10, 60, 61, 900])])
    (family,) = read(out).values()
    assert family.type == "histogram"
    found = {(s.name, s.labels.get("le")): s.value for s in family.samples}
    assert found == {
        ("wait_bucket", "60"): 2,
        ("wait_bucket", "300"): 3,
        ("wait_bucket", "+Inf"): 4,
        ("wait_sum", None): 1031,
        ("wait_count", None): 4,
    }


def test_what_is_expected_but_not_there_is_zero():
    samples = by_label("state", {"waiting": 3}, ("waiting", "absent"))
    assert samples == [({"state": "waiting"}, 3), ({"state": "absent"}, 0)]


def test_large_and_small_numbers_keep_their_value():
    out = Exposition()
    out.gauge("n", "N", [({"i": str(n)}, n) for n in (1e20, 0.1, -3, 1764000000.123)])
    (family,) = read(out).values()
    assert [s.value for s in family.samples] == [1e20, 0.1, -3, 1764000000.123]
