"""The servers whose downloads are compared send the same files."""

from __future__ import annotations

from benchmarks.downloads import SERVERS, measure


def test_both_servers_are_measured_with_whole_files() -> None:
    found = measure(megabytes=1, rounds=1)
    for name in SERVERS:
        assert all(value > 0 for value in found[name].values())
    assert set(found["ratios"]) == set(found["bare"])
