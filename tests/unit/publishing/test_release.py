"""Cutting releases: versions, files, hashes, sharing, gates, tombstones, rollback."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import polars as pl
import pytest
from publishing_office import NOW, Office, open_site, parcel

from publishing.facts import RunFacts, SourceFacts
from publishing.reader import NoSuchVersionError
from publishing.repair import repair
from publishing.rollback import roll_back
from publishing.version_diff import diff_versions
from schemas.finding import Severity
from schemas.row_identity import row_id
from schemas.run import RunState

BY_MONTH = {"partition": {"field": "signed_on", "by": "month"}}
MakeOffice = Callable[..., Office]


def in_month(number: str, month: int, price: str = "1.00") -> dict[str, object]:
    return parcel(number, price, signed_on=dt.date(2026, month, 3))


def test_first_release_and_no_change(office: Office) -> None:
    office.accept([parcel("B"), parcel("A", None)])
    first = office.release()
    assert (first.state, first.version, first.rows) == (RunState.RELEASED, 1, 2)
    assert office.numbers() == ["A", "B"]
    lines = (office.version_folder(1) / "parcels.jsonl").read_bytes()
    assert first.content_sha256 == hashlib.sha256(lines).hexdigest()
    assert json.loads(lines.splitlines()[0]) == {
        "number": "A",
        "price_cny": None,
        "ratio": 1.5,
        "signed_on": "2026-01-15",
        "seen_at": "2026-01-15T08:30:00+08:00",
        "is_new": True,
        "floors": 3,
    }
    again = office.release()
    assert (again.state, again.version) == (RunState.NO_CHANGE, 1)
    assert office.reader.frame().schema["price_cny"] == pl.Decimal(38, 2)


def test_other_order_and_another_snapshot_are_no_change(office: Office) -> None:
    office.accept([parcel("B"), parcel("A", None)])
    office.release()
    office.accept([parcel("A", None), parcel("B")])
    outcome = office.release()
    assert (outcome.state, outcome.version) == (RunState.NO_CHANGE, 1)
    assert outcome.diff.is_empty()


def test_change_is_counted_by_field(office: Office) -> None:
    office.accept([parcel("A"), parcel("B"), parcel("C")])
    office.release()
    office.accept([parcel("A", "200.00"), parcel("C", None, floors=4), parcel("D")])
    outcome = office.release()
    total = outcome.diff.total
    assert (outcome.state, outcome.version) == (RunState.RELEASED, 2)
    assert (total.rows_added, total.rows_changed, total.rows_removed) == (1, 2, 1)
    assert dict(total.fields) == {"floors": 1, "price_cny": 2}
    assert diff_versions(office.reader, 1, 2).total == total


def test_every_file_is_in_the_sums_and_the_manifest(office: Office) -> None:
    office.accept([parcel("A")])
    office.release()
    folder = office.version_folder(1)
    manifest = office.reader.manifest()
    sums = dict(
        reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines()
    )
    names = {path.name for path in folder.iterdir()}
    assert set(sums) == names - {"SHA256SUMS"}
    assert set(manifest["files"]) == names - {"SHA256SUMS", "manifest.json"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    for name, facts in manifest["files"].items():
        assert facts == {"sha256": sums[name], "bytes": (folder / name).stat().st_size}
    assert (
        gzip.decompress((folder / "parcels.csv.gz").read_bytes())
        == (folder / "parcels.csv").read_bytes()
    )


def test_data_package_is_valid_for_frictionless(office: Office) -> None:
    pytest.importorskip("frictionless")
    office.accept(
        [
            parcel('A,"1"\n2', "-12345678901234567.89"),
            parcel(
                "B",
                None,
                ratio=1e-7,
                seen_at=dt.datetime.fromisoformat("2026-01-01T01:02:03.500000"),
            ),
            parcel("C", "0.00", signed_on=None, is_new=False, ratio=1e22),
        ]
    )
    office.release()
    package = office.version_folder(1) / "datapackage.json"
    checked = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", str(package), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(checked.stdout)
    assert report["valid"], checked.stdout
    assert report["tasks"][0]["stats"]["rows"] == 3
    damaged = package.with_name("parcels.csv")
    damaged.chmod(0o644)
    damaged.write_text(damaged.read_text().replace("true", "maybe"))
    worse = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", str(package), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not json.loads(worse.stdout)["valid"]


def test_workbook_holds_no_formulas_and_changes_nothing(office: Office) -> None:
    given = [
        parcel('=HYPERLINK("http://x")', "100.50"),
        parcel("0012", "-12345678901234567.89", signed_on=dt.date(1899, 12, 31)),
        parcel("c\x0b", None),
        parcel("d" * 40_000, "1.00"),
    ]
    office.accept(given)
    office.release()
    book = openpyxl.load_workbook(office.version_folder(1) / "parcels.excel.xlsx")
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert [cell.value for cell in sheet[1]][:2] == ["编号", "价格（元）"]
    assert rows['=HYPERLINK("http://x")'][1].value == 100.5
    assert rows["0012"][1].value == "-12345678901234567.89"
    assert rows["0012"][3].value == "1899-12-31"
    assert rows['=HYPERLINK("http://x")'][3].value == dt.datetime.fromisoformat(
        "2026-01-15T00:00:00"
    )
    assert rows['=HYPERLINK("http://x")'][4].value == dt.datetime.fromisoformat(
        "2026-01-15T08:30:00"
    )
    longest = next(name for name in rows if str(name).startswith("ddd"))
    assert len(longest) == 32_767
    assert longest.endswith("…（全文见 CSV 文件）")
    assert book.sheetnames == ["地块", "说明"]
    assert sheet.freeze_panes == "A2"


def test_bytes_are_equal_when_built_again(make_office: MakeOffice) -> None:
    built = []
    for _ in range(2):
        office = make_office()
        office.accept([parcel("A"), parcel("B", None)])
        office.release()
        built.append({p.name: p.read_bytes() for p in office.version_folder(1).iterdir()})
    assert built[0] == built[1]


def test_untouched_partitions_are_shared(make_office: MakeOffice) -> None:
    office = make_office(**BY_MONTH)
    office.accept([in_month("A", 1), in_month("B", 2)])
    office.release()
    office.accept([in_month("B", 2, "2.00")], load="partition")
    outcome = office.release()
    assert outcome.version == 2
    assert list(outcome.diff.partitions) == ["2026-02"]
    first, second = office.version_folder(1), office.version_folder(2)
    for name in ("parcels.2026-01.csv", "parcels.2026-01.parquet", "lineage.2026-01.parquet"):
        assert (first / name).stat().st_ino == (second / name).stat().st_ino
    assert (first / "parcels.2026-02.csv").stat().st_ino != (
        second / "parcels.2026-02.csv"
    ).stat().st_ino
    lines = b"".join(
        (second / f"parcels.{month}.jsonl").read_bytes() for month in ("2026-01", "2026-02")
    )
    assert outcome.content_sha256 == hashlib.sha256(lines).hexdigest()
    snapshots = {item["name"] for item in office.reader.manifest()["snapshots"]}
    assert snapshots == {"run1.xls", "run2.xls"}


@pytest.mark.parametrize("formats", [("jsonl.gz",), ("csv",)])
def test_content_hash_does_not_depend_on_the_formats(
    make_office: MakeOffice, formats: tuple[str, ...]
) -> None:
    hashes = set()
    for chosen in (("jsonl",), formats):
        office = make_office(site={"formats": chosen}, **BY_MONTH)
        office.accept([in_month("A", 1), in_month("B", 2, "3.10")])
        hashes.add(office.release().content_sha256)
    assert len(hashes) == 1


def test_a_row_that_moves_to_another_partition_is_changed(make_office: MakeOffice) -> None:
    office = make_office(**BY_MONTH)
    office.accept([in_month("A", 1), in_month("B", 2), in_month("C", 2)])
    office.release()
    office.accept([in_month("B", 3)], load="upsert")
    outcome = office.release()
    total = outcome.diff.total
    assert (total.rows_added, total.rows_changed, total.rows_removed) == (0, 1, 0)
    assert dict(total.fields) == {"signed_on": 1}
    assert office.reader.partitions() == ["2026-01", "2026-02", "2026-03"]
    assert office.numbers() == ["A", "C", "B"]
    assert not (office.version_folder(2) / "parcels.tombstones.jsonl").exists()
    office.accept([in_month("C", 3)], load="upsert")
    assert office.release().version == 3
    assert office.reader.partitions() == ["2026-01", "2026-03"]


def test_tombstones_are_kept_until_the_row_returns(office: Office) -> None:
    office.accept([parcel("A"), parcel("B")])
    office.release()
    office.accept([parcel("A")])
    office.release()
    office.accept([parcel("A", "7.00")])
    office.release()
    stones = office.version_folder(3) / "parcels.tombstones.jsonl"
    assert [json.loads(line) for line in stones.read_text().splitlines()] == [
        {
            "row_id": row_id("parcels", ["B"]),
            "key": {"number": "B"},
            "deleted_on": "2026-05-01",
            "last_version": 1,
        }
    ]
    office.accept([parcel("A"), parcel("B")])
    office.release()
    assert not (office.version_folder(4) / "parcels.tombstones.jsonl").exists()


def test_kept_deletions_stay(make_office: MakeOffice) -> None:
    office = make_office(deletions="keep")
    office.accept([parcel("A"), parcel("B")])
    office.release()
    assert office.accept([parcel("A")]).rows_removed == 0
    assert office.release().state is RunState.NO_CHANGE
    assert office.numbers() == ["A", "B"]


def test_drop_gate_holds_above_its_limit_only(make_office: MakeOffice) -> None:
    office = make_office(gates={"drop": 0.2, "null": 1.0})
    rows = [parcel(f"{i:02}") for i in range(10)]
    office.accept(rows)
    office.release()
    office.accept(rows[:8])  # exactly 20 %
    assert office.release().state is RunState.RELEASED
    office.accept(rows[:6])  # 25 %
    held = office.release()
    assert (held.state, held.version) == (RunState.HELD, 2)
    assert {one.rule for one in held.problems} == {"REL-02"}
    assert {one.severity for one in held.problems} == {Severity.CRITICAL}
    assert len(office.numbers()) == 8
    waived = office.release(waived_gates=frozenset({"REL-02"}))
    assert (waived.state, waived.version) == (RunState.RELEASED, 3)
    told = office.reader.manifest()["waivers"]
    assert {one["rule"] for one in told} == {"REL-02"}
    assert all(one["message_zh"] and one["message_en"] for one in told)


def test_nothing_left_is_held(make_office: MakeOffice) -> None:
    office = make_office()
    assert office.release().problems[0].rule == "REL-05"
    office.accept([parcel("A")])
    office.release()
    office.accept([])
    held = office.release()
    assert (held.state, held.problems[0].rule) == (RunState.HELD, "REL-02")
    assert office.release(waived_gates=frozenset({"REL-02"})).rows == 0
    assert office.numbers() == []


def test_null_gate(make_office: MakeOffice) -> None:
    office = make_office(gates={"drop": 1.0, "null": 0.5})
    office.accept([parcel("A"), parcel("B")])
    office.release()
    office.accept([parcel("A", None), parcel("B")])  # grows by exactly one half
    assert office.release().state is RunState.RELEASED
    office.accept([parcel("A", None, floors=None), parcel("B", None, floors=None)])
    held = office.release()
    assert [(one.rule, one.column) for one in held.problems] == [("REL-03", "floors")]


def test_total_gate(make_office: MakeOffice) -> None:
    office = make_office(gates={"drop": 1.0, "null": 1.0, "total": 0.5})
    office.accept([parcel("A", "100.00")])
    office.release()
    office.accept([parcel("A", "150.00")])
    assert office.release().state is RunState.RELEASED
    office.accept([parcel("A", "1500000.00")])
    held = office.release()
    assert [(one.rule, one.column) for one in held.problems] == [("REL-04", "price_cny")]


def test_two_sources_one_key(make_office: MakeOffice) -> None:
    office = make_office()
    office.accept([parcel("A", "1.00"), parcel("B"), parcel("C")], source="north")
    office.accept([parcel("A", "2.00"), parcel("B"), parcel("D")], source="south")
    outcome = office.release()
    assert office.numbers() == ["B", "C", "D"]
    [conflict] = outcome.problems
    assert (conflict.rule, conflict.row_key, conflict.source) == ("REL-01", "A", "north|south")
    assert office.release().problems == (conflict,)  # the partition is not read again
    settled = office.release(precedence={"south": 1, "north": 2})
    assert settled.problems == ()
    assert office.numbers() == ["A", "B", "C", "D"]
    assert office.reader.frame()["price_cny"][0] == Decimal("2.00")


@pytest.mark.parametrize(
    ("precedence", "numbers", "price"),
    [(None, ["B"], None), ({"north": 1, "south": 2}, ["A", "B"], "1.00")],
)
def test_two_sources_one_key_in_two_partitions(
    make_office: MakeOffice, precedence: dict[str, int] | None, numbers: list[str], price: str
) -> None:
    office = make_office(**BY_MONTH)
    office.accept([in_month("A", 1, "1.00"), in_month("B", 1)], source="north")
    office.accept([in_month("A", 2, "2.00")], source="south")
    outcome = office.release(precedence=precedence)
    assert office.numbers() == numbers
    assert len(outcome.problems) == (0 if precedence else 1)
    if price:
        row = office.reader.row_by_id(row_id("parcels", ["A"]))
        assert row is not None
        assert row["price_cny"] == Decimal(price)


def test_lineage_leads_back_to_the_cell(make_office: MakeOffice) -> None:
    office = make_office(**BY_MONTH)
    office.accept([in_month("A", 1), in_month("B", 2)], source="north")
    office.accept([in_month("C", 2)], source="south")
    office.release()
    trace = office.reader.trace(row_id("parcels", ["C"]))
    assert trace is not None
    assert (trace.source, trace.partition, trace.position) == ("south", "2026-02", 2)
    assert trace.snapshot is not None
    assert trace.snapshot.name == "run2.xls"
    assert trace.snapshot.path == office.release_site.archive / "snapshots" / f"{2:064x}"
    assert trace.locators["price_cny"] == ("Sheet1!B2",)
    north = office.reader.trace(row_id("parcels", ["B"]))
    assert north is not None
    assert (north.source, north.locators["floors"]) == ("north", ("Sheet1!G3",))
    assert office.reader.trace(row_id("parcels", ["Z"])) is None


def test_rollback_makes_a_version_and_holds(office: Office) -> None:
    office.accept([parcel("A")])
    first = office.release()
    office.accept([parcel("A", "9.00")])
    office.release()
    back = roll_back(office.release_site, "parcels", 1, reason="wrong unit", now=NOW)
    assert (back.version, back.content_sha256) == (3, first.content_sha256)
    assert back.diff.total.rows_changed == 1
    manifest = office.reader.manifest()
    assert (manifest["version"], manifest["rolled_back_to"]) == (3, 1)
    package = json.loads((office.version_folder(3) / "datapackage.json").read_text())
    assert package["version"] == "3"
    assert (office.version_folder(1) / "parcels.csv").stat().st_ino == (
        office.version_folder(3) / "parcels.csv"
    ).stat().st_ino
    held = office.release()
    assert (held.state, held.problems[0].rule) == (RunState.HELD, "REL-06")
    office.accept([parcel("A", "8.00")])
    assert office.release().version == 4
    assert office.release_site.warehouse.holds.get("parcels") is None


def test_a_second_rollback_keeps_the_hold_on_the_same_inputs(office: Office) -> None:
    for price in ("1.00", "2.00", "3.00"):
        office.accept([parcel("A", price)])
        office.release()
    roll_back(office.release_site, "parcels", 2, reason="wrong")
    roll_back(office.release_site, "parcels", 1, reason="wrong too")
    assert office.release().state is RunState.HELD
    office.release_site.warehouse.holds.lift("parcels")
    assert office.release().version == 6


def test_rollback_to_no_version_is_refused(office: Office) -> None:
    with pytest.raises(NoSuchVersionError):
        roll_back(office.release_site, "parcels", 1, reason="x")
    office.accept([parcel("A")])
    office.release()
    with pytest.raises(NoSuchVersionError, match="no version 7"):
        roll_back(office.release_site, "parcels", 7, reason="x")
    assert office.release_site.warehouse.holds.get("parcels") is None


def test_new_titles_make_a_version_and_new_fields_are_empty(make_office: MakeOffice) -> None:
    office = make_office(**BY_MONTH)
    office.accept([in_month("A", 1)])
    first = office.release()
    office.dataset = office.dataset.model_copy(
        update={
            "fields": (
                *office.dataset.fields,
                office.dataset.field("floors").model_copy(update={"name": "rooms"}),
            )
        }
    )
    second = office.release()
    assert (second.state, second.version) == (RunState.RELEASED, 2)
    assert second.content_sha256 != first.content_sha256
    assert office.reader.frame("2026-01")["rooms"].to_list() == [None]
    assert (office.version_folder(2) / "parcels.2026-01.csv").read_text().startswith("number,")
    assert diff_versions(office.reader, 1, 2).is_empty()


def test_manifest_tells_of_sources_held_rows_and_age(office: Office) -> None:
    office.accept([parcel("A")])
    facts = RunFacts(
        sources={
            "bureau": SourceFacts("run9", RunState.FAILED, 3, {("LND-01", "error"): 3}),
        },
        now=NOW,
    )
    office.release(facts=facts)
    manifest = office.reader.manifest()
    [source] = manifest["sources"]
    assert (source["last_run_state"], source["rows_held"], source["age_hours"]) == ("failed", 3, 3)
    assert manifest["findings"] == [{"rule": "LND-01", "severity": "error", "count": 3}]
    assert manifest["input_fingerprint"] == "inputs1"


def test_catalogue_and_ledger_are_repaired(office: Office) -> None:
    office.accept([parcel("A")])
    office.release()
    site = office.release_site
    catalogue = site.public / "catalog.json"
    expected = catalogue.read_bytes()
    assert json.loads(expected)["datasets"][0]["current"] == 1
    catalogue.unlink()
    (site.staging / "parcels" / "2-1-x").mkdir(parents=True)
    fresh = open_site(office.folder, database="sqlite:///other.db")
    done = repair(fresh)
    assert done == [
        "removed the unfinished parcels/2-1-x",
        "recorded version 1 of parcels",
    ]
    assert catalogue.read_bytes() == expected
    assert [one.version for one in fresh.warehouse.releases.of_dataset("parcels")] == [1]
    assert repair(fresh) == []
    fresh.warehouse.close()


def test_addresses_inside_the_department_are_not_published(office: Office) -> None:
    from schemas.snapshot import public_address

    assert public_address("https://u:p@x.gov.cn/a?b=1", "a") == "https://x.gov.cn/a?b=1"
    assert public_address("sftp://10.0.0.3/home/张/a.xls", "a.xls") == "sftp:a.xls"
    assert public_address("file:///srv/a.xls", "a.xls") == "file:a.xls"
