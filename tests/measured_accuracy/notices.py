"""Awards and contracts as the pipeline releases them, beside what was read by eye."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.commands.check import all_problems
from flows.opened_site import open_site
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions
from measured_accuracy.first_reading import SITE

EXPECTED = Path(__file__).parents[1] / "expected" / "procurement"
MEMBERS = """\
  members:
    title: [title]
    text: [content_text]
    published: [publish_date]
    url: [original_link, detail_url]
    record_id: [record_id]
    filed_under: [business_type, info_type]
    purchaser: [issuer]
    agency: [agency]
    project_number: [project_code]
"""
SAME_WORD = {"awarded": "active"}  # the dataset takes the word of OCDS
FIELDS = {
    "award": (
        "project_number",
        "project_name",
        "lot_number",
        "purchaser_name",
        "agency_name",
        "supplier_name",
        "supplier_code",
        "award_status",
        "amount_basis",
        "amount_cny",
        "published_at",
    ),
    "contract": (
        "contract_name",
        "project_number",
        "purchaser_name",
        "supplier_name",
        "amount_basis",
        "amount_cny",
        "signed_on",
        "published_at",
    ),
}


SETTLING = {"supplier_name", "amount_cny", "amount_basis"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a notice that was not read as it was expected."""

    notice: str
    field: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class NoticeCount:
    """How many expected notices and fields were right.

    Attributes:
        notices: expected rows (a notice, lot and supplier each).
        settled: rows whose supplier and amount are right.
        fields, right: fields compared, and those that are equal.
        extra: released rows that stand for no expected one.
    """

    wanted: str
    notices: int
    settled: int
    fields: int
    right: int
    extra: int
    differences: list[Difference]


def count_notices(real_data: Path, folder: Path, wanted: str) -> NoticeCount:
    """Run the real files through the pipeline and compare with the expected rows."""
    expected = list(_expected(wanted))
    found = _released(real_data, folder, wanted)
    differences: list[Difference] = []
    right = settled = taken = 0
    for line in expected:
        row = next((one for one in found if _same_notice(one, line)), None)
        taken += row is not None
        wrong = [
            Difference(line["file"] + " " + line["index"], field, line[field], _text(row, field))
            for field in FIELDS[wanted]
            if row is None or not _is_right(row, line, field)
        ]
        right += len(FIELDS[wanted]) - len(wrong)
        settled += not {"supplier_name", "amount_cny", "amount_basis"} & {
            one.field for one in wrong
        }
        differences += wrong
    fields = len(expected) * len(FIELDS[wanted])
    return NoticeCount(
        wanted, len(expected), settled, fields, right, len(found) - taken, differences
    )


def _expected(wanted: str) -> Iterator[dict[str, str]]:
    kinds = {}
    with (EXPECTED / "notices.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            kinds[line["file"], line["index"]] = line["record_id"]
    with (EXPECTED / f"{wanted}s.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            yield line | {"record_id": kinds[line["file"], line["index"]]}


def _same_notice(row: dict[str, Any], line: dict[str, str]) -> bool:
    told = row["_source"]
    if line["file"].endswith(".html"):
        return bool(told == "pages")
    return bool(told == "records") and row["notice_id"] == line["record_id"]


def _is_right(row: dict[str, Any], line: dict[str, str], field: str) -> bool:
    """Equal but for width and blanks. Of an amount that is missing nothing says what it is for."""
    if field == "amount_basis" and line["value_published"].startswith("0元"):
        return True
    expected = SAME_WORD.get(line[field], line[field])
    return _normal(expected) == _normal(_text(row, field))


def _text(row: dict[str, Any] | None, field: str) -> str:
    value = None if row is None else row[field]
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _normal(text: str) -> str:
    return text.replace("(", "（").replace(")", "）").replace(" ", "")


def _released(real_data: Path, folder: Path, wanted: str) -> list[dict[str, Any]]:
    """Released rows, each source in a site of its own: the same notice may stand in both."""
    rows = []
    for source, glob in (("records", "ggzy_gov_cn_details_*.json"), ("pages", "*.html")):
        site = folder / source
        for name in ("sources", "inbox"):
            (site / name).mkdir(parents=True)
        (site / "gongkai.yml").write_text(SITE, encoding="utf-8")
        for file in sorted((real_data / "procurement").glob(glob)):
            shutil.copyfile(file, site / "inbox" / file.name)
        (site / "sources" / f"{source}.yml").write_text(
            "format: 1\n"
            f"id: {source}\n"
            f"dataset: procurement/procurement_{wanted}s\n"
            "department: {zh: 某局, en: A bureau}\n"
            f"connector: {{type: folder, path: inbox, glob: '*{Path(glob).suffix}'}}\n"
            f"layout: procurement_{wanted}_notices\n"
            "load: upsert\n"
            + (
                f"reader:\n  type: procurement_notice\n  wanted: {wanted}\n  form: json\n{MEMBERS}"
                if source == "records"
                else ""
            ),
            encoding="utf-8",
        )
        with open_site(site) as opened:
            if problems := all_problems(opened.definitions):
                raise AssertionError([str(problem.message()) for problem in problems])
            options = RunOptions(logical_date=dt.date(2026, 11, 1))
            (outcome,) = run_sources(opened, select_sources(opened), options)
            if outcome.state.value == "released":
                frame = opened.reader(f"procurement_{wanted}s").scan(None).collect()
                rows += [row | {"_source": source} for row in frame.to_dicts()]
    return rows
