"""The reader of notices over made ones, whose truth is known."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from made_notices.model import TrueAward
from made_notices.wordings import WORDINGS, make_notices

from flows.opened_site import open_site
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions
from measured_accuracy.first_reading import SITE

EACH = 10
SOURCE = """\
format: 1
id: notices
department: {zh: 某局, en: A bureau}
dataset: procurement/procurement_awards
connector: {type: folder, path: inbox, glob: "*.html"}
layout: procurement_award_notices
load: upsert
"""


@dataclass(frozen=True, slots=True)
class WordingCount:
    """Lots of one wording, and those of which supplier, amount, basis, status and lot are right."""

    name: str
    described: str
    lots: int
    right: int
    missed: list[TrueAward]
    extra: list[TrueAward]


def count_made_notices(folder: Path, each: int = EACH) -> list[WordingCount]:
    """Write notices of all wordings, run them as one source and count."""
    notices = make_notices(each)
    site = folder / "site"
    (site / "sources").mkdir(parents=True)
    (site / "inbox").mkdir()
    (site / "gongkai.yml").write_text(SITE, encoding="utf-8")
    (site / "sources" / "notices.yml").write_text(SOURCE, encoding="utf-8")
    for notice in notices:
        (site / "inbox" / notice.file).write_text(notice.html, encoding="utf-8")
    with open_site(site) as opened:
        options = RunOptions(logical_date=dt.date(2026, 11, 1))
        run_sources(opened, select_sources(opened), options)
        rows = opened.reader("procurement_awards").scan(None).collect().to_dicts()
    found = [_award(row) for row in rows]
    return [
        _count(wording.__name__, wording.__doc__ or "", notices[at :: len(WORDINGS)], found)
        for at, wording in enumerate(WORDINGS)
    ]


def _award(row: dict[str, Any]) -> TrueAward:
    name = next(
        str(row[field]).rpartition("/")[2].removeprefix("file:")
        for field in ("notice_url", "notice_id")
        if row[field] and ".html" in str(row[field])
    )
    return TrueAward(
        name,
        row["lot_number"] or "",
        row["supplier_name"] or "",
        row["amount_cny"],
        row["amount_basis"] or "",
        row["award_status"],
    )


def _count(
    name: str, described: str, notices: Sequence[Any], found: Sequence[TrueAward]
) -> WordingCount:
    files = {notice.file for notice in notices}
    truth = Counter(award for notice in notices for award in notice.awards)
    read = Counter(award for award in found if award.file in files)
    return WordingCount(
        name=name,
        described=described.strip().rstrip("."),
        lots=sum(truth.values()),
        right=sum((truth & read).values()),
        missed=list((truth - read).elements()),
        extra=list((read - truth).elements()),
    )
