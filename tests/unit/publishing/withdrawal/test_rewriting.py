"""Withdrawn rows and versions leave the past: every file of every version, and what links them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from public_bytes import places_of
from publishing_office import NOW, TIMEZONE, Office, make_dataset, make_frame, parcel

from publishing.delta import apply_delta, content_sha256, rows_of
from publishing.facts import RunFacts
from publishing.reader import NoSuchVersionError
from publishing.repair import repair, repair_dataset
from publishing.rollback import roll_back
from publishing.version_index import DamagedReleaseError
from publishing.withdrawal.accounted_files import UnaccountedFileError, VersionTooOldError
from publishing.writers import FORMATS as ALL_FORMATS
from schemas.finding import Finding, Severity
from schemas.message import Message
from schemas.row_identity import row_id
from warehouse.accepted import Load, fold
from warehouse.batch_objects import BatchObjects
from warehouse.batch_spool import BatchSpool
from warehouse.withdrawals import Withdrawal
from warehouse.withdrawn_rows import WithdrawnRows

MakeOffice = Callable[..., Office]
REASON = Message("处罚决定已撤销", "The decision was revoked")
FORMATS = list(ALL_FORMATS)
SECRET, PRICE = "机密地块张三丰", "7654321.25"
BY_MONTH = {"field": "signed_on", "by": "month"}


def identifier(number: str) -> str:
    return row_id("parcels", [number])


def withdraw(office: Office, **what: Any) -> int:
    """Write a withdrawal down and carry it out."""
    given: dict[str, Any] = {"dataset": "parcels", "reason": REASON, "requested_at": NOW}
    number = office.release_site.warehouse.withdrawals.begin(Withdrawal(**(given | what)))[0]
    repair(office.release_site)
    return number


def withdraw_row(office: Office, number: str, *fields: str) -> int:
    return withdraw(office, row_id=identifier(number), keys=(number,), fields=fields)


def warning(number: str, value: str = "") -> Finding:
    return Finding(
        rule="LND-01",
        severity=Severity.WARNING,
        what=Message(f"{number} 有误", f"{number} is odd"),
        advice=REASON,
        row_key=number,
        value=value,
        dataset="parcels",
        source="bureau",
    )


def told(*findings: Finding) -> RunFacts:
    return RunFacts(warnings=findings, now=NOW)


def check(office: Office) -> list[int]:
    """All that the pointer promises holds: sums, hashes, deltas, counts. The version numbers."""
    folder = office.folder / "public/datasets/parcels"
    pointer = json.loads((folder / "versions.json").read_bytes())
    available = [one for one in pointer["versions"] if not one.get("withdrawn")]
    numbers = [one["version"] for one in available]
    assert pointer["current"] == (numbers[-1] if numbers else None)
    for entry in pointer["versions"]:
        if entry.get("withdrawn"):
            assert not (folder / str(entry["version"])).exists()
    before: dict[str, dict[tuple[Any, ...], str]] = {}
    previous = None
    deltas = []
    for entry in available:
        version = folder / str(entry["version"])
        content = (version / "manifest.json").read_bytes()
        manifest = json.loads(content)
        assert hashlib.sha256(content).hexdigest() == entry["manifest_sha256"]
        assert entry["content_sha256"] == manifest["content_sha256"]
        assert entry["rows"] == manifest["rows"]
        sums = (version / "SHA256SUMS").read_text("utf-8").splitlines()
        assert len(sums) == len(list(version.iterdir())) - 1
        for line in sums:
            digest, name = line.split("  ")
            assert hashlib.sha256((version / name).read_bytes()).hexdigest() == digest, name
        assert manifest["previous_version"] == previous
        rows = rows_of(
            (
                (
                    part["partition"],
                    (version / part["formats"]["jsonl"]).read_text("utf-8").splitlines(),
                )
                for part in manifest["partitions"]
            ),
            manifest["primary_key"],
        )
        assert content_sha256(rows) == manifest["content_sha256"]
        assert sum(map(len, rows.values())) == manifest["rows"] == manifest["statistics"]["rows"]
        log = json.loads((version / "changelog.json").read_bytes())
        assert [one["version"] for one in log] == [
            one for one in reversed(numbers) if one <= entry["version"]
        ]
        assert log[0]["content_sha256"] == manifest["content_sha256"]
        if previous is not None:
            name = f"{previous}..{entry['version']}.jsonl"
            file = folder / "delta" / name
            deltas.append(name)
            lines = file.read_text("utf-8").splitlines()
            after = apply_delta(before, lines, manifest["primary_key"])
            assert content_sha256(after) == manifest["content_sha256"]
            assert log[0]["delta"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
            operations = [json.loads(line)["op"] for line in lines]
            counts = [manifest["diff"][f"rows_{one}"] for one in ("added", "changed", "removed")]
            assert [operations.count(one) for one in ("ADD", "MOD", "DEL")] == counts
        before, previous = rows, entry["version"]
    there = sorted(path.name for path in (folder / "delta").iterdir()) if deltas else []
    assert there == sorted(deltas)
    records = office.release_site.warehouse.releases.of_dataset("parcels")
    by_version = {one.version: one.manifest_sha256 for one in records}
    assert all(by_version[one["version"]] == one["manifest_sha256"] for one in available)
    staged = office.folder / ".public.staging/parcels"
    assert not staged.exists() or not list(staged.iterdir())
    return numbers


def three_versions(office: Office) -> None:
    """The secret row comes in version 1, changes in 2, is taken back in 3."""
    office.accept([parcel("A"), parcel(SECRET, PRICE), parcel("B", "2.00")])
    office.release(facts=told(warning(SECRET, PRICE), warning("A")))
    office.accept([parcel("A"), parcel(SECRET, "7654321.26"), parcel("B", "3.00")])
    office.release(facts=told(warning(SECRET), warning("B")))
    office.accept([parcel("A"), parcel("B", "3.00")])
    office.release(facts=told(warning("B")))


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    return make_office(site={"formats": ["csv", "jsonl", "parquet"]})


@pytest.fixture
def full_office(make_office: MakeOffice) -> Office:
    """With every format there is."""
    return make_office(site={"formats": FORMATS})


def test_a_withdrawn_row_is_in_no_file_of_any_version(full_office: Office) -> None:
    office = full_office
    three_versions(office)
    assert places_of(office.folder, SECRET, PRICE, "7654321.26")
    number = withdraw_row(office, SECRET)
    assert places_of(office.folder, SECRET, PRICE, "7654321.26") == []
    assert check(office) == [1, 2, 3]
    assert office.reader.manifest(1)["rows"] == 2
    assert office.reader.manifest(1)["statistics"]["sums"] == {"price_cny": "102.00"}
    pointer = json.loads((office.folder / "public/datasets/parcels/versions.json").read_bytes())
    (record,) = pointer["versions"][0]["redactions"]
    assert record["withdrawal"] == number
    assert record["rows"] == [identifier(SECRET)]
    assert record["reason"] == {"zh": REASON.zh, "en": REASON.en}
    assert record["on"] == "2026-05-01"
    changed = record["files"]["parcels.csv"]
    assert changed["old_sha256"] != changed["new_sha256"]
    assert record["old_content_sha256"] != record["new_content_sha256"]
    assert record["old_manifest_sha256"] != record["new_manifest_sha256"]
    assert record["new_manifest_sha256"] == pointer["versions"][0]["manifest_sha256"]
    assert [one["row_key"] for one in _findings(office, 1)] == ["A"]
    assert [one["row_key"] for one in _findings(office, 2)] == ["B"]


def _findings(office: Office, version: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (office.version_folder(version) / "findings.json").read_bytes()
    )
    return found


def test_the_tombstone_of_a_withdrawn_row_does_not_name_its_key(office: Office) -> None:
    three_versions(office)
    withdraw_row(office, SECRET)
    (stone,) = (office.version_folder(3) / "parcels.tombstones.jsonl").read_text().splitlines()
    assert json.loads(stone)["row_id"] == identifier(SECRET)
    assert json.loads(stone)["key"] == {}


def test_the_next_release_does_not_bring_it_back(office: Office) -> None:
    office.accept([parcel("A"), parcel(SECRET, PRICE)])
    office.release()
    withdraw_row(office, SECRET)
    office.accept([parcel("A", "1.00"), parcel(SECRET, PRICE)])
    assert office.release(facts=told(warning(SECRET), warning("A"))).version == 2
    assert office.numbers() == ["A"]
    assert places_of(office.folder, SECRET, PRICE) == []
    assert check(office) == [1, 2]
    office.accept([parcel("A", "1.00"), parcel(SECRET, "8.00")])
    assert office.release().state == "no_change"


def test_a_lifted_withdrawal_lets_the_row_come_back_in_new_versions_only(office: Office) -> None:
    office.accept([parcel("A"), parcel(SECRET, PRICE)])
    office.release()
    number = withdraw_row(office, SECRET)
    office.release_site.warehouse.withdrawals.lift(number, reason="test", at=NOW)
    assert office.release().version == 2
    assert office.numbers() == ["A", SECRET]
    assert office.reader.scan(1).collect()["number"].to_list() == ["A"]
    assert check(office) == [1, 2]


def test_one_field_is_emptied_and_the_row_stays(office: Office) -> None:
    three_versions(office)
    withdraw_row(office, SECRET, "price_cny")
    assert places_of(office.folder, PRICE, "7654321.26") == []
    assert check(office) == [1, 2, 3]
    row = office.reader.row_by_id(identifier(SECRET), 1)
    assert row is not None
    assert row["price_cny"] is None
    assert row["floors"] == 3
    assert office.reader.manifest(1)["statistics"]["nulls"]["price_cny"] == 1
    assert office.reader.manifest(2)["diff"]["fields"] == {"price_cny": 1}  # that of B
    office.accept([parcel("A"), parcel(SECRET, PRICE)])
    office.release()
    assert office.reader.row_by_id(identifier(SECRET), 4)["price_cny"] is None  # type: ignore[index]
    assert places_of(office.folder, PRICE) == []


def test_a_field_computed_later_from_a_withdrawn_one_is_empty(office: Office) -> None:
    """Sources give the old value still, and the new field is computed from it."""
    three_versions(office)
    withdraw_row(office, SECRET, "price_cny")
    told = {"name": "price_wan", "type": "string", "title": {"zh": "万元", "en": "10k CNY"}}
    computed = {"by": "scaled", "inputs": ("price_cny",)}
    fields = tuple(one.model_dump() for one in office.dataset.fields)
    office.dataset = make_dataset(fields=(*fields, {**told, "computed": computed}))
    office.accept([parcel("A", price_wan="0.01"), parcel(SECRET, PRICE, price_wan="765.43")])
    office.release()
    row = office.reader.row_by_id(identifier(SECRET), 4)
    assert row is not None
    assert (row["price_cny"], row["price_wan"], row["floors"]) == (None, None, 3)
    assert places_of(office.folder, PRICE, "765.43") == []


def test_a_waived_total_does_not_give_a_withdrawn_amount_away(make_office: MakeOffice) -> None:
    gates = {"drop": 1.0, "null": 1.0, "total": 0.1}
    office = make_office(site={"formats": ["csv", "jsonl", "parquet"]}, gates=gates)
    with_it = [parcel("A"), parcel(SECRET, PRICE)]
    for rows in ([parcel("A")], with_it, [parcel("A")]):
        office.accept(rows)
        office.release(waived_gates=frozenset({"REL-04"}))
    total = "7654421.25"
    assert [total in str(office.reader.manifest(one)["waivers"]) for one in (2, 3)] == [True] * 2
    withdraw_row(office, SECRET)
    assert places_of(office.folder, total, PRICE) == []
    assert [one["rule"] for one in office.reader.manifest(2)["waivers"]] == ["REL-04"]
    assert check(office) == [1, 2, 3]


def test_two_withdrawals_in_a_row(office: Office) -> None:
    three_versions(office)
    first = withdraw_row(office, SECRET, "price_cny")
    second = withdraw_row(office, SECRET)
    third = withdraw_row(office, "B")
    assert places_of(office.folder, SECRET, PRICE) == []
    assert check(office) == [1, 2, 3]
    assert office.numbers() == ["A"]
    pointer = json.loads((office.folder / "public/datasets/parcels/versions.json").read_bytes())
    records = pointer["versions"][0]["redactions"]
    assert [one["withdrawal"] for one in records] == [first, second, third]
    hashes = [(one["old_manifest_sha256"], one["new_manifest_sha256"]) for one in records]
    assert hashes[0][1] == hashes[1][0]
    assert hashes[1][1] == hashes[2][0]


def test_a_row_that_only_old_versions_hold(office: Office) -> None:
    three_versions(office)
    current = office.reader.manifest(3)["content_sha256"]
    withdraw_row(office, SECRET)
    assert office.reader.manifest(3)["content_sha256"] == current
    assert check(office) == [1, 2, 3]


def test_rolling_back_to_a_redacted_version(office: Office) -> None:
    three_versions(office)
    withdraw_row(office, SECRET)
    roll_back(office.release_site, "parcels", 1, reason="test")
    assert check(office) == [1, 2, 3, 4]
    assert office.numbers() == ["A", "B"]
    assert "redactions" not in office.reader.manifest(4)
    assert places_of(office.folder, SECRET, PRICE) == []


def in_month(number: str, month: int, price: str = "1.00") -> dict[str, object]:
    return parcel(number, price, signed_on=dt.date(2026, month, 3))


def test_untouched_partitions_stay_shared(make_office: MakeOffice) -> None:
    office = make_office(partition=BY_MONTH, site={"formats": ["csv", "jsonl", "parquet"]})
    office.accept([in_month("A", 1), in_month("B", 2), in_month(SECRET, 2, PRICE)])
    office.release()
    office.accept(
        [in_month("A", 1), in_month("B", 2), in_month(SECRET, 2, PRICE), in_month("C", 3)]
    )
    office.release()
    withdraw_row(office, SECRET)
    assert places_of(office.folder, SECRET, PRICE) == []
    assert check(office) == [1, 2]
    for name in ("parcels.2026-01.parquet", "parcels.2026-02.csv", "lineage.2026-01.parquet"):
        first, second = (office.version_folder(one) / name for one in (1, 2))
        assert first.samefile(second), name
    withdraw_row(office, "C")
    assert check(office) == [1, 2]
    assert office.reader.partitions(2) == ["2026-01", "2026-02"]
    office.accept(
        [in_month("A", 1, "9.00"), in_month("B", 2), in_month(SECRET, 2), in_month("C", 3)]
    )
    assert office.release().version == 3
    assert (office.version_folder(3) / "parcels.2026-02.csv").samefile(
        office.version_folder(2) / "parcels.2026-02.csv"
    )


def test_a_key_that_wanders_between_partitions(make_office: MakeOffice) -> None:
    office = make_office(partition=BY_MONTH)
    office.accept([in_month("A", 1), in_month(SECRET, 2, PRICE)])
    office.release()
    office.accept([in_month("A", 2), in_month(SECRET, 1, PRICE), in_month("B", 1)])
    office.release()
    withdraw_row(office, SECRET)
    assert places_of(office.folder, SECRET, PRICE) == []
    assert office.reader.manifest(2)["diff"]["rows_changed"] == 1
    assert office.reader.manifest(2)["diff"]["rows_added"] == 1
    office.accept([in_month("A", 2), in_month(SECRET, 3, PRICE), in_month("B", 1, "2.00")])
    office.release()
    assert sorted(office.numbers()) == ["A", "B"]


def test_the_only_row_of_a_dataset(office: Office) -> None:
    office.accept([parcel(SECRET, PRICE)])
    office.release()
    withdraw_row(office, SECRET)
    assert check(office) == [1]
    assert office.numbers() == []
    assert places_of(office.folder, SECRET, PRICE) == []


def test_keys_that_two_sources_give_differently(office: Office) -> None:
    office.accept([parcel("A"), parcel(SECRET, "1.00")])
    office.accept([parcel(SECRET, "2.00")], source="other")
    office.release()
    assert places_of(office.folder, SECRET)
    withdraw_row(office, SECRET)
    assert places_of(office.folder, SECRET) == []
    office.accept([parcel("A", "2.00"), parcel(SECRET, "1.00")])
    assert office.release().problems == ()
    assert places_of(office.folder, SECRET) == []


def test_a_file_nobody_accounts_for_stops_the_withdrawal(office: Office) -> None:
    three_versions(office)
    (office.version_folder(2) / "notes.html").write_text(SECRET)
    with pytest.raises(UnaccountedFileError, match=r"notes\.html"):
        withdraw_row(office, SECRET)
    assert office.reader.row_by_id(identifier(SECRET), 1) is not None
    (office.version_folder(2) / "notes.html").unlink()
    repair_dataset(office.release_site, "parcels")
    assert places_of(office.folder, SECRET, PRICE) == []


def test_a_withdrawn_version_leaves_its_entry(office: Office) -> None:
    three_versions(office)
    withdraw(office, version=2)
    assert check(office) == [1, 3]
    assert places_of(office.folder, "7654321.26") == []
    pointer = json.loads((office.folder / "public/datasets/parcels/versions.json").read_bytes())
    assert pointer["versions"][1]["withdrawn"] == {
        "reason": {"zh": REASON.zh, "en": REASON.en},
        "on": "2026-05-01",
    }
    assert sorted(p.name for p in (office.folder / "public/datasets/parcels/delta").iterdir()) == [
        "1..3.jsonl"
    ]
    with pytest.raises(NoSuchVersionError, match="revoked"):
        office.reader.manifest(2)
    with pytest.raises(NoSuchVersionError):
        roll_back(office.release_site, "parcels", 2, reason="test")
    office.accept([parcel("A")])
    assert office.release().version == 4
    assert check(office) == [1, 3, 4]


def test_the_current_version_is_followed_by_the_content_before_it(office: Office) -> None:
    office.accept([parcel("A")])
    office.release()
    office.accept([parcel("A"), parcel(SECRET, PRICE)])
    office.release()
    withdraw(office, version=2)
    assert check(office) == [1, 3]
    assert office.numbers() == ["A"]
    assert office.reader.manifest(3)["rolled_back_to"] == 1
    assert places_of(office.folder, SECRET, PRICE) == []
    assert office.release().state == "held"  # the inputs are the same: they must not come again
    office.accept([parcel("A"), parcel("B")])
    assert office.release().version == 4
    assert check(office) == [1, 3, 4]


def test_the_only_version_leaves_nothing_current(office: Office) -> None:
    office.accept([parcel(SECRET, PRICE)])
    office.release()
    withdraw(office, version=1)
    assert check(office) == []
    assert office.reader.current() is None
    assert office.reader.versions() == []
    with pytest.raises(NoSuchVersionError, match="decision was revoked"):
        office.reader.manifest()
    assert places_of(office.folder, SECRET, PRICE) == []
    assert office.release().state == "held"
    office.accept([parcel("A")])
    assert office.release(waived_gates=frozenset({"REL-07"})).version == 2
    assert check(office) == [2]
    assert office.reader.manifest(2)["previous_version"] is None


def changelog_of(office: Office, version: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]]
    entries = json.loads((office.version_folder(version) / "changelog.json").read_bytes())
    return entries


def test_after_all_versions_are_withdrawn_a_person_looks_and_numbers_go_on(
    make_office: MakeOffice,
) -> None:
    office = make_office(gates={"drop": 0.5, "null": 1.0})
    for count in (1, 10):
        office.accept([parcel(f"A{one}") for one in range(count)])
        office.release()
    assert changelog_of(office, 2)[0]["semantic_version"] == "1.0.1"
    withdraw(office, version=1)
    withdraw(office, version=2)
    office.accept([parcel("B1")])
    held = office.release()
    assert [one.rule for one in held.problems] == ["REL-02", "REL-07"]
    assert "10" in held.problems[1].what.en
    assert office.release(waived_gates=frozenset({"REL-07"})).state == "held"
    office.accept([parcel(f"B{one}") for one in range(6)])
    assert [one.rule for one in office.release().problems] == ["REL-07"]
    assert office.release(waived_gates=frozenset({"REL-07"})).version == 3
    assert [one["rule"] for one in office.reader.manifest(3)["waivers"]] == ["REL-07"]
    (entry,) = changelog_of(office, 3)
    assert (entry["semantic_version"], entry["breaking"]) == ("2.0.0", True)
    assert "were withdrawn" in entry["note"]["en"]
    office.accept([parcel(f"B{one}") for one in range(7)])
    office.release()
    assert [one["semantic_version"] for one in changelog_of(office, 4)] == ["2.0.1", "2.0.0"]
    withdraw_row(office, "B0")
    assert [bool(one["note"]) for one in changelog_of(office, 4)] == [False, True]
    assert check(office) == [3, 4]


def test_a_semantic_version_that_nobody_kept_is_not_given_again(office: Office) -> None:
    three_versions(office)
    for version in (1, 2, 3):
        withdraw(office, version=version)
    pointer = office.folder / "public/datasets/parcels/versions.json"
    told = json.loads(pointer.read_bytes())
    for one in told["versions"]:
        one.pop("semantic_version", None)
    pointer.write_text(json.dumps(told), "utf-8")
    office.accept([parcel("C")])
    office.release(waived_gates=frozenset({"REL-07", "REL-02"}))
    version = office.reader.current()
    assert version is not None
    assert changelog_of(office, version)[0]["semantic_version"] == f"{version}.0.0"


def test_a_lost_public_folder_is_compared_by_its_rows(make_office: MakeOffice) -> None:
    office = make_office(gates={"drop": 0.5, "null": 1.0})
    office.accept([parcel(f"A{one}") for one in range(10)])
    office.release()
    shutil.rmtree(office.folder / "public/datasets/parcels")
    office.accept([parcel("A1")])
    assert [one.rule for one in office.release().problems] == ["REL-02"]
    office.accept([parcel(f"A{one}") for one in range(10)])
    assert office.release().version == 2
    (entry,) = changelog_of(office, 2)
    assert (entry["semantic_version"], "lost" in entry["note"]["en"]) == ("2.0.0", True)


def test_a_lost_pointer_knows_withdrawn_versions_again(office: Office) -> None:
    three_versions(office)
    withdraw(office, version=2)
    withdraw_row(office, SECRET)
    pointer = office.folder / "public/datasets/parcels/versions.json"
    before = json.loads(pointer.read_bytes())
    pointer.write_bytes(b"{")
    repair(office.release_site)
    after = json.loads(pointer.read_bytes())
    assert [one.get("withdrawn") for one in after["versions"]] == [
        one.get("withdrawn") for one in before["versions"]
    ]
    assert check(office) == [1, 3]


def test_a_backup_from_before_a_withdrawal_brings_nothing_back(
    office: Office, tmp_path: Path
) -> None:
    three_versions(office)
    public = office.folder / "public/datasets/parcels"
    shutil.copytree(public, tmp_path / "backup")
    withdraw(office, version=2)
    withdraw_row(office, SECRET)
    shutil.rmtree(public)
    shutil.copytree(tmp_path / "backup", public)
    assert places_of(office.folder, SECRET, PRICE) != []
    repair(office.release_site)
    assert places_of(office.folder, SECRET, PRICE) == []
    assert check(office) == [1, 3]
    assert repair(office.release_site) == []


def test_one_version_from_before_a_withdrawal_is_redacted_again(
    office: Office, tmp_path: Path
) -> None:
    three_versions(office)
    version = office.version_folder(2)
    shutil.copytree(version, tmp_path / "backup")
    withdraw_row(office, SECRET)
    shutil.rmtree(version)
    shutil.copytree(tmp_path / "backup", version)
    assert places_of(office.folder, SECRET, PRICE) != []
    repair(office.release_site)
    assert places_of(office.folder, SECRET, PRICE) == []
    assert check(office) == [1, 2, 3]
    assert repair(office.release_site) == []


@pytest.mark.parametrize("lost", ["other manifest", "a file"])
def test_a_version_that_is_not_the_listed_one_stops_releases(office: Office, lost: str) -> None:
    three_versions(office)
    version = office.version_folder(2)
    if lost == "a file":
        (version / "parcels.csv").unlink()
    else:
        manifest = version / "manifest.json"
        told = manifest.read_bytes()
        manifest.unlink()
        manifest.write_bytes(told.replace(b"bureau", b"office"))
    office.accept([parcel("C")])
    with pytest.raises(DamagedReleaseError, match=r"version 2 .*versions\.json") as refused:
        office.release()
    assert refused.value.advice is not None
    assert "move the folder" in refused.value.advice.en
    shutil.rmtree(version)
    assert office.release().state == "released"
    assert 2 not in office.reader.versions()


def test_notices_name_rows_by_id_only(office: Office) -> None:
    three_versions(office)
    withdraw(office, version=1)
    number = withdraw_row(office, SECRET)
    file = office.folder / "public/datasets/parcels/withdrawals.json"
    first, second = json.loads(file.read_bytes())["withdrawals"]
    assert (first["version"], first["rows"]) == (1, [])
    assert (second["withdrawal"], second["rows"]) == (number, [identifier(SECRET)])
    assert second["versions_redacted"] == 2


def test_rows_are_found_by_id_in_frames(office: Office) -> None:
    frame = make_frame(office.dataset, [parcel("A"), parcel(SECRET)])
    office.release_site.warehouse.withdrawals.begin(
        Withdrawal("parcels", REASON, NOW, row_id=identifier(SECRET), fields=("floors",))
    )
    office.release_site.warehouse.withdrawals.begin(
        Withdrawal("parcels", REASON, NOW, row_id=identifier(SECRET), fields=("ratio",))
    )
    active = office.release_site.warehouse.withdrawals.active("parcels")
    emptied = active.taken_out(frame, ["number"])
    assert emptied["floors"].to_list() == [3, None]
    assert emptied["ratio"].to_list() == [1.5, None]


def test_the_search_finds_a_value_in_every_format(full_office: Office) -> None:
    """Else the other tests could not fail."""
    office = full_office
    office.accept([parcel(SECRET, PRICE)])
    office.release(facts=told(warning(SECRET)))
    found = {Path(one).name for one in places_of(office.folder, SECRET)}
    assert {f"parcels.{name}" for name in FORMATS} | {"findings.json"} <= found


def test_versions_of_an_earlier_program(make_office: MakeOffice) -> None:
    """Their partitions tell no statistics: these are counted where they are needed."""
    office = make_office(partition=BY_MONTH)
    office.accept([in_month("A", 1, "5.00"), in_month(SECRET, 2, PRICE), in_month("B", 2)])
    office.release()
    file = office.version_folder(1) / "manifest.json"
    manifest = json.loads(file.read_bytes())
    for part in manifest["partitions"]:
        del part["statistics"]
    file.chmod(0o644)
    file.write_text(json.dumps(manifest), "utf-8")
    withdraw_row(office, SECRET)
    assert office.reader.manifest(1)["statistics"]["sums"] == {"price_cny": "6.00"}
    office.accept([in_month("A", 1, "5.00"), in_month("B", 2, "2.00")])
    office.release()
    statistics = office.reader.manifest(2)["statistics"]
    assert (statistics["rows"], statistics["sums"]) == (2, {"price_cny": "7.00"})


def test_a_version_without_its_dataset_file_is_refused_before_anything_changes(
    office: Office,
) -> None:
    three_versions(office)
    (office.version_folder(2) / "dataset.json").unlink()
    with pytest.raises(VersionTooOldError):
        withdraw_row(office, SECRET)
    assert office.reader.row_by_id(identifier(SECRET), 1) is not None


@pytest.mark.parametrize("load", ["full", "upsert", "append"])
def test_withdrawn_rows_of_a_batch_are_counted_apart_and_kept_up_to_date(
    office: Office, load: Load
) -> None:
    office.accept([parcel("A"), parcel(SECRET, "1.00")], load=load)
    withdrawn = WithdrawnRows("parcels", {identifier(SECRET): frozenset()})
    known = office.release_site.warehouse.batches.latest("parcels", "bureau")
    assert known is not None
    with BatchSpool(office.dataset, TIMEZONE) as spool:
        spool.add(make_frame(office.dataset, [parcel("A"), parcel(SECRET, "2.00"), parcel("B")]))
        folded = fold(
            known.state,
            spool,
            office.origin(office.dataset),
            dataset=office.dataset,
            source="bureau",
            load=load,
            logical_date=dt.date(2026, 4, 30),
            run="next",
            objects=BatchObjects(office.release_site.archive),
            withdrawn=withdrawn,
        )
    assert (folded.rows_new, folded.rows_changed, folded.rows_withdrawn) == (1, 0, 1)
    assert folded.rows_unchanged + folded.rows_duplicate == 1
    assert folded.append_conflicts.height == 0
    rows = BatchObjects(office.release_site.archive).read(folded.state.parts[0].sha256)
    price = rows.filter(rows["number"] == SECRET)["price_cny"].item()
    assert price == Decimal("1.00" if load == "append" else "2.00")
