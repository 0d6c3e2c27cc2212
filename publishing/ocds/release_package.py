"""The release package of a dataset's version: ``<version>/ocds.json``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from publishing.ocds.parties import Parties
from publishing.ocds.stages import STAGES
from publishing.ocds.values import Row, moment, short_hash, without_nothing, written_alike
from schemas.dataset import Dataset
from schemas.portable_forms import OcdsStage, ocds_stage
from schemas.site import Site

OCDS = "ocds.json"


@dataclass(frozen=True, slots=True)
class OcdsPackage:
    """The document, and how many rows it tells of.

    ``rows_left_out`` have no project number or no date: OCDS asks for both.
    """

    document: dict[str, Any]
    rows: int
    rows_left_out: int


def ocds_package(
    dataset: Dataset, rows: pl.DataFrame, site: Site, *, version: int, now: dt.datetime
) -> OcdsPackage:
    """The rows of a release, in their order, as releases of their contracting processes."""
    stage = ocds_stage(dataset.field_names)
    assert stage is not None  # the dataset file is checked for it
    zone = ZoneInfo(site.timezone)
    usable = [row for row in rows.iter_rows(named=True) if _is_usable(row, stage)]
    releases = [
        _release(notice, stage, zone) for notice in _notices(usable, stage, site.ocid_prefix)
    ]
    address = f"{site.base_url.rstrip('/')}/datasets/{dataset.id}/{version}/{OCDS}"
    publisher = {"name": site.publisher.name.zh, "uri": site.publisher.homepage}
    document = {
        "uri": address,
        "version": "1.1",
        "publishedDate": moment(now, zone),
        "publisher": without_nothing(publisher),
        "license": dataset.licence.path,
        "releases": releases,
    }
    return OcdsPackage(document, len(usable), rows.height - len(usable))


def _is_usable(row: Row, stage: OcdsStage) -> bool:
    if stage is OcdsStage.PLANNING:
        return bool(row["project_name"]) and row["published_on"] is not None
    dated = row["published_at"] or row.get("awarded_on") or row.get("signed_on")
    return bool(row["project_number"]) and dated is not None


def _notices(rows: Iterable[Row], stage: OcdsStage, prefix: str) -> list[tuple[str, list[Row]]]:
    """The rows of each notice and process, with the ocid."""
    keyed = [((_ocid(row, stage, prefix), _notice(row, stage)), row) for row in rows]
    keyed.sort(key=lambda one: one[0])
    return [
        (key[0], [row for _, row in group]) for key, group in groupby(keyed, lambda one: one[0])
    ]


def _ocid(row: Row, stage: OcdsStage, prefix: str) -> str:
    """The prefix and the project's number; an intention has none yet, so what names it."""
    if stage is OcdsStage.PLANNING:
        return f"{prefix}-intention-{_notice(row, stage)}"
    return f"{prefix}-{written_alike(row['project_number'])}"


def _notice(row: Row, stage: OcdsStage) -> str:
    if stage is OcdsStage.PLANNING:
        return short_hash(
            row["purchaser_name"], row["project_name"], row["expected_month"], row["notice_url"]
        )
    return str(row["notice_id"])


def _release(notice: tuple[str, Sequence[Row]], stage: OcdsStage, zone: ZoneInfo) -> dict[str, Any]:
    ocid, rows = notice
    first, parties = rows[0], Parties()
    content = STAGES[stage](rows, parties, zone)
    dated = (
        first.get("published_at")
        or first.get("published_on")
        or first.get("awarded_on")
        or first.get("signed_on")
    )
    return without_nothing(
        {
            "ocid": ocid,
            "id": f"{_notice(first, stage)}-{stage.value}",
            "date": moment(dated, zone),
            "language": "zh",
            "initiationType": "tender",
            **content,
            "parties": parties.listed(),
        }
    )
