"""Backfills, replays, rollbacks, clocks, and one part failing beside others."""

from __future__ import annotations

import signal

import pytest
from county_site import DATASET, County, parcels

SPAN = ("bureau", "--from", "2026-01-01", "--to", "2026-01-03")


def test_a_killed_backfill_goes_on_and_cuts_one_release(county: County) -> None:
    county.source(load="upsert")
    undisturbed = county.copy(county.folder.with_name("undisturbed"))
    arguments = ("backfill", *SPAN, "--site", undisturbed.folder)
    steps = county.commands.steps(undisturbed.folder, *arguments)
    assert undisturbed.seen()[0] == [1]
    for share in (0.45, 0.8):
        trial = county.copy(county.folder.with_name(f"trial{share}"))
        ended = trial.run(
            *SPAN, command="backfill", at=int(steps * share), folder=str(trial.folder)
        )
        assert ended.code == -signal.SIGKILL
        ended = trial.run(*SPAN, command="backfill")
        assert ended.code == 0, ended
        assert trial.seen() == undisturbed.seen()
        assert None not in [state for _, state, _ in trial.states()]
        again = trial.run(*SPAN, command="backfill")
        assert (again.code, again.outcomes) == (0, [])
        assert trial.seen() == undisturbed.seen()


@pytest.mark.parametrize("load", ["upsert", "full"])
def test_a_late_day_never_overwrites_a_newer_one(county: County, load: str) -> None:
    county.source(load=load)
    assert county.run("--date", "2026-03-02").only["state"] == "released"
    before = county.seen()
    county.write("inbox/bureau.csv", parcels(1, 40, price=900))
    ended = county.run("--date", "2026-03-01")
    assert ended.only["rows_superseded"] == 40
    assert (ended.code, ended.only["state"]) == (0, "no_change")
    assert county.seen() == before


def test_a_replay_equals_the_first_run(released: County) -> None:
    _, content = released.seen()
    (released.folder / "inbox/bureau.csv").unlink()
    ended = released.run(command="replay")
    assert (ended.code, ended.only["state"]) == (0, "no_change")
    for name in ("public", "gongkai.db", "gongkai.db-wal", "gongkai.db-shm"):
        path = released.folder / name
        if path.exists():
            path.rename(released.folder.with_name(f"old-{name}"))
    released.write("inbox/bureau.csv", parcels(1, 40))
    assert released.run().only["version"] == 1
    assert released.seen()[1] == content


def test_rolled_back_held_and_lifted(released: County) -> None:
    first = released.seen()[1]
    released.write("inbox/bureau.csv", parcels(1, 41))
    released.run()
    second = released.seen()[1]
    rolled = released.run(DATASET, "1", "--reason", "价格有误", command="rollback")
    assert rolled.code == 0
    assert released.seen() == ([1, 2, 3], first)
    for _ in range(2):  # each run says it again, until somebody acts
        ended = released.run()
        assert (ended.code, ended.only["state"]) == (1, "held")
        assert "价格有误" in ended.only["message"]
    assert released.seen() == ([1, 2, 3], first)
    assert released.run(DATASET, "--lift", command="rollback").code == 0
    ended = released.run()
    assert (ended.code, ended.only["state"], ended.only["version"]) == (0, "released", 4)
    assert released.seen() == ([1, 2, 3, 4], second)


def test_a_hold_ends_when_the_inputs_change(released: County) -> None:
    released.write("inbox/bureau.csv", parcels(1, 41))
    released.run()
    released.run(DATASET, "1", "--reason", "价格有误", command="rollback")
    released.write("inbox/bureau.csv", parcels(1, 42))
    ended = released.run()
    assert (ended.only["state"], ended.only["version"]) == ("released", 4)


def test_another_source_file_or_rule_is_another_run_of_the_same_bytes(released: County) -> None:
    released.source(more="mapping: {land_grade: {constant: 一级}}\n")
    ended = released.run()
    assert (ended.only["state"], ended.only["rows_changed"]) == ("released", 40)
    released.second_dataset(DATASET)  # the site's own copy of the dataset file: a rule may differ
    path = released.folder / f"datasets/land/{DATASET}.yml"
    path.write_text(path.read_text("utf-8") + "# reviewed\n", encoding="utf-8")
    ended = released.run()
    assert ended.only["state"] in ("released", "no_change")
    assert "与上次采用的内容相同" not in ended.only["message"]  # it was judged anew


def test_a_clock_that_jumps_back(released: County) -> None:
    released.write("inbox/bureau.csv", parcels(1, 41))
    assert released.run(clock=86_400.0).only["version"] == 2
    for jump in (0.0, -7200.0):
        ended = released.run(clock=jump)
        assert (ended.only["state"], ended.only["version"]) == ("no_change", 2)
        assert released.status()[0]["state"] == "no_change"
    released.write("inbox/bureau.csv", parcels(1, 42))
    ended = released.run(clock=-7200.0)  # the day of the wrong clock makes no later batch late
    assert (ended.only["state"], ended.only["version"]) == ("released", 3)
    assert released.status()[0]["state"] == "released"
    assert released.seen()[0] == [1, 2, 3]


@pytest.mark.parametrize("load", ["full", "upsert"])
def test_a_day_that_is_still_to_come_makes_no_later_batch_late(county: County, load: str) -> None:
    county.source(load=load)
    assert county.run("--date", "2099-01-01").only["version"] == 1
    county.write("inbox/bureau.csv", parcels(1, 40, price=400))
    ended = county.run()
    assert (ended.only["state"], ended.only["rows_superseded"]) == ("released", 0)
    assert ended.only["rows_changed"] == 40
    county.write("inbox/bureau.csv", parcels(1, 40, price=500))
    late = county.run("--date", "2020-01-01")
    assert (late.only["state"], late.only["rows_superseded"]) == ("no_change", 40)


def test_a_replay_of_two_sources_cuts_one_release(released: County) -> None:
    released.source("second")
    released.write("inbox/second.csv", parcels(101, 110))
    released.source(more="mapping: {land_grade: {constant: 一级}}\n")
    released.source("second", more="mapping: {land_grade: {constant: 二级}}\n")
    assert released.run("second").only["version"] == 2
    ended = released.run(DATASET, command="replay")
    assert [(one["state"], one["version"]) for one in ended.outcomes] == [("released", 3)] * 2
    assert released.seen()[0] == [1, 2, 3]


def test_a_rule_that_raises_holds_its_batch_and_nothing_else(released: County) -> None:
    released.source("second", released.second_dataset())
    released.write("inbox/second.csv", parcels(1, 30))
    before = released.seen()
    released.write("inbox/bureau.csv", parcels(1, 41))
    ended = released.run("bureau", break_rule="LND-01")
    assert (ended.code, ended.only["state"]) == (1, "held")
    assert "RULE-00" in ended.only["message"]
    assert ended.only["findings"]["critical"] >= 1
    assert released.seen() == before
    assert released.run("second").only["state"] == "released"
    assert released.run("bureau").only["state"] == "released"


def test_one_dataset_failing_stops_no_other(county: County) -> None:
    county.source("second", county.second_dataset())
    county.write("inbox/second.csv", "")
    ended = county.run()
    states = {one["source"]: one["state"] for one in ended.outcomes}
    assert (ended.code, states["bureau"]) == (1, "released")
    assert states["second"] in ("partial", "failed")


def test_a_partial_source_keeps_its_rows_and_their_age(released: County) -> None:
    released.source("second")
    released.write("inbox/second.csv", parcels(101, 110))
    assert released.run("second").code == 0
    released.write("inbox/second.csv", "")  # cut while it was delivered
    released.write("inbox/bureau.csv", parcels(1, 41))
    ended = released.run(clock=3 * 86_400.0)
    assert ended.code == 1
    states = {one["source"]: one["state"] for one in ended.outcomes}
    assert states == {"bureau": "released", "second": "partial"}
    manifest = released.manifest(3)
    assert manifest["rows"] == 51
    told = {one["source"]: one for one in manifest["sources"]}
    assert (told["second"]["rows"], told["second"]["last_run_state"]) == (10, "partial")
    assert 71 < told["second"]["age_hours"] < 74
    second = next(one for one in released.status() if one["source"] == "second")
    assert (second["state"], second["rows_accepted"]) == ("partial", 10)
    assert second["accepted_days_ago"] == 0
    assert second["message_zh"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_times_the_input_takes_far_less_than_ten_times_the_memory(county: County) -> None:
    peaks = []
    for rows in (20_000, 200_000):
        county.write("inbox/bureau.csv", parcels(1, rows))
        ended = county.run("--accept", "REL-02", "--accept", "REL-03", "--accept", "REL-04")
        assert ended.code == 0, ended.only["message"]
        peaks.append(ended.peak_mb)
    assert peaks[1] < 3 * peaks[0], peaks
    assert peaks[1] < 1024, peaks
