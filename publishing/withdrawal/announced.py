"""The withdrawals that a site announces, as they stand in its public folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.json_text import read_document

NOTICES = "withdrawals.json"


@dataclass(frozen=True, slots=True)
class Announced:
    """One withdrawal. ``notice`` is its entry in ``withdrawals.json``."""

    dataset: str
    notice: dict[str, Any]


def announced_withdrawals(public: Path) -> list[Announced]:
    """All withdrawals of a site, by dataset, oldest first. A damaged file announces nothing: it is
    written anew from the ledger with the next withdrawal, and must not keep others from readers."""
    return [
        Announced(path.parent.name, notice)
        for path in sorted(public.glob(f"datasets/*/{NOTICES}"))
        for notice in notices_of(path.parent)
    ]


def notices_of(folder: Path) -> list[dict[str, Any]]:
    """The withdrawals of the dataset in that folder, oldest first; empty where there are none."""
    try:
        found: list[dict[str, Any]] = read_document(folder / NOTICES)["withdrawals"]
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        return []
    return found


def withdrawal_of_row(public: Path, dataset_id: str, row_id: str) -> dict[str, Any] | None:
    """The newest withdrawal that took back a row as a whole, unless it was lifted again."""
    notice: dict[str, Any]
    for notice in reversed(notices_of(public / "datasets" / dataset_id)):
        is_whole = not notice["fields"] and notice["follows_from"] is None
        if row_id in notice["rows"] and is_whole and not notice["lifted_on"]:
            return notice
    return None
