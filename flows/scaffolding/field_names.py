"""Which fields of a dataset the title of a column may mean."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.dataset import Dataset
from schemas.units import unit_in_header
from schemas.vocabulary_files import load_vocabulary

ALIASES = "field_aliases"
"""The vocabulary of departmental names of fields: ``field``, ``alias``, and ``unit`` where the
name itself says the unit (``出让年限`` counts years). ``year``, ``month``, ``day``, ``hour`` and
``date`` are parts of a time. A site extends it with its own ``vocab/field_aliases.csv``."""

CERTAIN = 0.9
OWN, WHOLE, PART = 1.05, 1.0, 0.95
AS_PUBLISHED = "（原文）"
LIKENESS = 0.8
SHORTEST_PART = 2


def name_key(text: str) -> str:
    """Letters, digits and Chinese characters of a title, folded: how titles are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^0-9a-z\u0370-\u03ff\u3400-\u9fff]", "", plain)


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of a field; ``unit`` where the name implies it."""

    field: str
    unit: str | None


class FieldNames:
    """The names of the fields of all datasets."""

    def __init__(self, folders: Sequence[Path]) -> None:
        table = load_vocabulary(ALIASES, folders).table
        self._aliases: dict[str, list[Alias]] = {}
        for row in table.iter_rows(named=True):
            if row["field"] and row["alias"]:
                alias = Alias(row["field"], row.get("unit") or None)
                self._aliases.setdefault(name_key(row["alias"]), []).append(alias)

    def aliases(self, title: str) -> list[Alias]:
        """The fields of any dataset that departments call by this title or its last part."""
        for key in keys_of(title):
            if key in self._aliases:
                return self._aliases[key]
        return []

    def of_dataset(self, dataset: Dataset) -> DatasetNames:
        """The names of one dataset's fields, with the titles its file gives them."""
        own: set[tuple[str, str]] = set()
        names: dict[str, dict[str, str | None]] = {}
        for key, aliases in self._aliases.items():
            for alias in aliases:
                if alias.field in dataset.field_names:
                    names.setdefault(key, {})[alias.field] = alias.unit
        for field in dataset.fields:
            for title in (field.name, field.title.zh, field.title.en):
                key = name_key(title.removesuffix(AS_PUBLISHED))
                names.setdefault(key, {}).setdefault(field.name, None)
                own.add((key, field.name))
        return DatasetNames(names, own)


@dataclass(frozen=True, slots=True)
class NameHit:
    """How well a title names a field (1 is exact), and the unit the name implies.

    The dataset's own title goes before what departments call the field.
    """

    strength: float
    unit: str | None = None


class DatasetNames:
    """The titles under which the fields of one dataset are known."""

    def __init__(self, names: dict[str, dict[str, str | None]], own: set[tuple[str, str]]) -> None:
        self._names = {key: fields for key, fields in names.items() if key}
        self._own = own

    def hits(self, title: str) -> dict[str, NameHit]:
        """Field -> how well the title names it. Exact names leave out those merely alike."""
        for number, key in enumerate(keys_of(title)):
            if key in self._names:
                return {
                    field: NameHit(self._strength(number, key, field), unit)
                    for field, unit in self._names[key].items()
                }
        return self._alike(title)

    def _strength(self, number: int, key: str, field: str) -> float:
        if number:
            return PART
        return OWN if (key, field) in self._own else WHOLE

    def _alike(self, title: str) -> dict[str, NameHit]:
        found: dict[str, NameHit] = {}
        for key in keys_of(title)[:1]:
            for name, fields in self._names.items():
                strength = _likeness(key, name)
                for field, unit in fields.items():
                    if strength > found.get(field, NameHit(0)).strength:
                        found[field] = NameHit(strength, unit)
        return found


def keys_of(title: str) -> list[str]:
    """The whole title without its unit, then its parts from the last on."""
    split = unit_in_header(title)
    bare = split[0] if split else title
    parts = [part for part in bare.split("/") if part]
    keys = [name_key(bare), *(name_key(part) for part in reversed(parts))]
    bracketless = name_key(re.sub(r"[(（].*?[)）]", "", bare))
    return [key for key in dict.fromkeys([*keys, bracketless]) if key]


def _likeness(key: str, name: str) -> float:
    """Below :data:`CERTAIN`: one holds the other, or they are nearly the same."""
    shorter, longer = sorted((key, name), key=len)
    if len(shorter) >= SHORTEST_PART and shorter in longer and not shorter.isascii():
        return 0.5 + 0.3 * len(shorter) / len(longer)
    ratio = difflib.SequenceMatcher(None, key, name).ratio()
    return 0.7 * ratio if ratio >= LIKENESS else 0.0
