"""Several findings on one subject are one: the worst, and nothing that is not known is well."""

from appliance.health.checks import Finding, merged


def test_merging_takes_the_worst_and_hides_no_cause():
    findings = [
        Finding("ok"),
        Finding("degraded", ("disk_nearly_full",), {"a": 1}),
        Finding("failed", ("disk_unwritable",), {"b": 2}),
        Finding("unknown", ("no_sensor",)),
    ]
    found = merged(findings)
    assert found == Finding("failed", ("disk_nearly_full", "disk_unwritable"))
    assert found.numbers == {"a": 1, "b": 2}


def test_a_check_that_should_know_and_does_not_keeps_all_from_being_well():
    failed = Finding("unknown", ("check_failed",))
    assert merged([failed, Finding("ok"), Finding("ok")]) == failed
    assert merged([failed, Finding("unknown", ("no_sensor",))]) == failed
    worse = Finding("degraded", ("disk_nearly_full",))
    assert merged([failed, worse]) == worse


def test_merging_does_not_call_well_what_nobody_knows():
    unknown = Finding("unknown", ("no_sensor",))
    assert merged([unknown, unknown]) == unknown
    assert merged([unknown, Finding("ok")]) == Finding("ok")
    assert merged([]).state == "unknown"
