"""Folding a batch into the accepted state of its source."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from schemas.batch import BatchOrigin
from schemas.dataset import Dataset
from warehouse.batch_objects import BatchObjects
from warehouse.batch_spool import BatchSpool
from warehouse.state import AcceptedState, Folded

Load = Literal["full", "partition", "upsert", "append"]


def fold(
    previous: AcceptedState | None,
    batch: BatchSpool,
    origin: BatchOrigin,
    *,
    dataset: Dataset,
    source: str,
    load: Load,
    logical_date: dt.date,
    run: str,
    objects: BatchObjects,
) -> Folded:
    """Fold the rows of a batch into the state of its source. Keys are unique in the batch.

    ``full`` replaces everything, ``partition`` the partitions that came, ``upsert`` by key,
    ``append`` adds. Older logical dates never overwrite newer ones.
    """
    raise NotImplementedError
