"""Vocabularies: code lists and lookup tables, built in or of a site.

A vocabulary is one CSV file, ``vocab/<name>.csv``. With a column ``code`` it is a *code list*:
``code`` is the value that is published, ``zh`` and ``en`` its titles, ``aliases`` other ways of
writing it (separated by ``|``), ``valid_from`` and ``valid_to`` ISO dates. Any other columns, and
any table without ``code``, can be looked up by keys.

A site's file of the same name extends the built-in one: an entry with a known code (and the same
``valid_from``) replaces it, others are added; in tables without ``code`` the site's rows come
first.

Divisions (GB/T 2260) are taken from python-stdnum; ``division.csv`` only adds what it lacks.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from schemas.message import DefinitionError, Message

LIST_SUFFIX = "[]"
JOINED = re.compile(r"[,，、;；|]")
ALIAS_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a code list. ``code`` is the value that is published."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """True where the entry was valid on that day."""
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


def plain_key(text: str) -> str:
    """The form in which texts are compared: NFKC, no blanks, case folded."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A named code list or lookup table.

    Attributes:
        name: file name without ``.csv``.
        table: all columns as text; missing cells are null.
        entries: of a code list; empty for a table without ``code``.
    """

    name: str
    table: pl.DataFrame
    entries: tuple[Entry, ...] = ()
    by_key: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict, repr=False)

    @property
    def codes(self) -> frozenset[str]:
        """All codes, valid now or once."""
        return frozenset(entry.code for entry in self.entries)

    def resolve(self, text: str, on: dt.date | None = None) -> Entry | None:
        """The entry that ``text`` writes (code, title or alias), or None.

        Codes go before titles and aliases. ``on`` keeps the entries valid that day; without it
        entries still in use go before those with an end. A text that stands for several codes
        (市辖区) resolves to none of them.
        """
        candidates = self.by_key.get(plain_key(text), ())
        if on is not None:
            candidates = tuple(entry for entry in candidates if entry.holds_on(on))
        else:
            in_use = tuple(entry for entry in candidates if entry.valid_to is None)
            candidates = in_use or candidates
        exact = tuple(entry for entry in candidates if entry.code == text.strip())
        candidates = exact or candidates
        if len({entry.code for entry in candidates}) != 1:
            return None
        return candidates[-1]

    def resolve_joined(self, text: str) -> tuple[Entry, ...] | None:
        """Entries of a text that joins several (``颗粒物(PM10),细颗粒物(PM2.5)``); None where any
        of them is unknown."""
        whole = self.resolve(text)
        if whole is not None:
            return (whole,)
        found = [self.resolve(part) for part in JOINED.split(text) if part.strip()]
        if not found or any(entry is None for entry in found):
            return None
        return tuple(entry for entry in found if entry is not None)

    def lookup(self, keys: Mapping[str, str], value: str) -> str | None:
        """The cell of column ``value`` in the first row whose columns have the given texts.

        Texts are compared like those of code lists. Raises DefinitionError for an unknown column.
        """
        return self.lookup_table(tuple(keys), value).get(tuple(keys.values()))

    def lookup_table(self, columns: Sequence[str], value: str) -> LookupTable:
        """The values of one column by the texts of others, for looking up many rows.

        Raises DefinitionError for a column that the vocabulary has not.
        """
        for column in (*columns, value):
            if column not in self.table.columns:
                raise DefinitionError(
                    Message(
                        f"词表“{self.name}”没有“{column}”列。",
                        f"The vocabulary {self.name!r} has no column {column!r}.",
                    ),
                    advice=Message(
                        f"现有列：{'、'.join(self.table.columns)}。",
                        f"Its columns are: {', '.join(self.table.columns)}.",
                    ),
                )
        found: dict[tuple[str, ...], str] = {}
        for *texts, cell in self.table.select(*columns, pl.col(value).alias("\0")).iter_rows():
            if cell is not None and cell.strip():
                found.setdefault(tuple(plain_key(text or "") for text in texts), cell.strip())
        return LookupTable(found)


@dataclass(slots=True)
class LookupTable:
    """Values by keys; keys are compared like the texts of code lists."""

    _values: Mapping[tuple[str, ...], str]
    _known: dict[tuple[str | None, ...], str | None] = field(default_factory=dict)

    def get(self, key: tuple[str | None, ...]) -> str | None:
        """The value for one text per key column, or None where there is none."""
        if key not in self._known:
            self._known[key] = self._values.get(tuple(plain_key(text or "") for text in key))
        return self._known[key]


def by_key(entries: Sequence[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Index of all texts. A code hides the same text as another entry's title or alias."""
    codes = {plain_key(entry.code) for entry in entries}
    index: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        keys = {plain_key(entry.code)}
        keys |= {plain_key(text) for text in (entry.zh, entry.en, *entry.aliases)} - codes
        for key in keys:
            index[key] = (*index.get(key, ()), entry)
    return index


def make_vocabulary(name: str, entries: Sequence[Entry]) -> Vocabulary:
    """A code list made of entries."""
    table = pl.DataFrame(
        {
            "code": [entry.code for entry in entries],
            "zh": [entry.zh for entry in entries],
            "en": [entry.en for entry in entries],
            "valid_from": [str(entry.valid_from or "") or None for entry in entries],
            "valid_to": [str(entry.valid_to or "") or None for entry in entries],
        },
        schema_overrides=dict.fromkeys(("code", "zh", "en", "valid_from", "valid_to"), pl.String),
    )
    return Vocabulary(name, table, tuple(entries), by_key(entries))
