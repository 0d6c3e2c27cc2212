"""What a rule may look at beside its batch: read-only, handed in by the flows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.message import Message

FrameOfDataset = Callable[[str, Sequence[str]], pl.DataFrame | None]
FrameOfPrevious = Callable[[Sequence[str]], pl.DataFrame | None]
FrameOfCompanion = Callable[[str], pl.DataFrame | None]


def _no_dataset(_dataset: str, _columns: Sequence[str]) -> pl.DataFrame | None:
    return None


def _no_previous(_columns: Sequence[str]) -> pl.DataFrame | None:
    return None


def _no_companion(_name: str) -> pl.DataFrame | None:
    return None


@dataclass(frozen=True, slots=True)
class RuleContext:
    """Everything a rule may know that does not stand in the batch.

    Attributes:
        logical_date: the day the run speaks of.
        division_code: the GB/T 2260 code of the site's area, if the site gives one.
        previous_release: columns of the dataset's current release; None where there is none yet.
        dataset: columns of another dataset's current release, by id; None where there is none.
        companion: what the batch's documents say beside their tables, by name: text columns as the
            reader named them, and ``_snapshot``; None where no reader gave it.
    """

    logical_date: dt.date | None = None
    division_code: str | None = None
    previous_release: FrameOfPrevious = _no_previous
    dataset: FrameOfDataset = _no_dataset
    companion: FrameOfCompanion = _no_companion


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A rule that cannot be evaluated here, and why. It never counts as passed."""

    reason: Message
