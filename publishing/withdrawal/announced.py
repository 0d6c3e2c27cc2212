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
    found = []
    for path in sorted(public.glob(f"datasets/*/{NOTICES}")):
        try:
            told = read_document(path)["withdrawals"]
        except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
            continue
        found += [Announced(path.parent.name, notice) for notice in told]
    return found
