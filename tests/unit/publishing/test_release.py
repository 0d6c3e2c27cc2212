"""Cutting releases: versions, files, hashes, sharing, gates, tombstones, rollback."""

from __future__ import annotations

import hashlib
import json

import polars as pl
from publishing_office import Office, parcel

from schemas.run import RunState


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
    office.accept([parcel("A", None), parcel("B")])  # other order, another snapshot
    reordered = office.release()
    assert (reordered.state, reordered.version) == (RunState.NO_CHANGE, 1)
    assert reordered.diff.is_empty()
    assert office.reader.frame().schema["price_cny"] == pl.Decimal(38, 2)
