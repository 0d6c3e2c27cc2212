"""The read-only context of rules that need history or another dataset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from expectations.context import RuleContext
from flows.opened_site import OpenedSite
from schemas.dataset import Dataset


def rule_context(opened: OpenedSite, dataset: Dataset, logical_date: dt.date) -> RuleContext:
    """Readers of the current releases, handed in so that no import runs backwards."""

    def columns_of(dataset_id: str, columns: Sequence[str]) -> pl.DataFrame | None:
        reader = opened.reader(dataset_id)
        if reader.current() is None:
            return None
        return reader.scan().select(columns).collect()

    def previous(columns: Sequence[str]) -> pl.DataFrame | None:
        return columns_of(dataset.id, columns)

    return RuleContext(
        logical_date=logical_date,
        division_code=opened.site.publisher.division_code,
        previous_release=previous,
        dataset=columns_of,
    )
