"""Taking a field's raw text out of the cells of a record, as its mapping says."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

import polars as pl

from schemas.arrangement import Records
from schemas.layout import FieldMapping
from schemas.snapshot import LINK_TEXT, Snapshot, public_address
from schemas.vocabulary import Vocabulary

_BLANKS = " \t\r\n\u00a0\u3000"
SNAPSHOT_FACTS = ("$file_name", "$file_stem", "$url", "$link_text", "$fetched_on")
"""References to what is known of a whole snapshot, usable wherever a column is."""


def snapshot_facts(snapshot: Snapshot) -> dict[str, str]:
    """The values of :data:`SNAPSHOT_FACTS` for one snapshot."""
    return {
        "$file_name": snapshot.name,
        "$file_stem": snapshot.name.rpartition(".")[0] or snapshot.name,
        "$url": public_address(snapshot.url, snapshot.name),
        "$link_text": snapshot.headers.get(LINK_TEXT, ""),
        "$fetched_on": snapshot.fetched_at.date().isoformat(),
    }


def present(cell: pl.Expr, missing: Collection[str]) -> pl.Expr:
    """The cell, or null where it is blank or one of the texts that mean "no value"."""
    text = cell.str.strip_chars(_BLANKS)
    return pl.when((text.str.len_bytes() > 0) & ~text.is_in(list(missing))).then(text)


def raw_values(
    mapping: FieldMapping,
    records: Records,
    found: Mapping[str, int | None],
    missing: Collection[str],
    facts: Mapping[str, str],
    vocabulary: Vocabulary | None = None,
) -> pl.Series:
    """The field's raw text per record; null where there is no cell or no value.

    ``found`` gives the physical column of each reference of the mapping (None: not there);
    ``facts`` the values of :data:`SNAPSHOT_FACTS`, the same for all records of a snapshot.
    A single column is passed on exactly as it was published; casting knows what is missing.
    """
    cells, height = records.cells, records.cells.height
    nothing = pl.lit(None, dtype=pl.String)

    def column(reference: str) -> pl.Expr:
        if reference in SNAPSHOT_FACTS:
            return pl.lit(facts.get(reference) or None, dtype=pl.String)
        index = found.get(reference)
        if index is None or str(index) not in cells.columns:
            return nothing
        return pl.col(str(index))

    if mapping.constant is not None:
        expression = pl.lit(mapping.constant)
    elif mapping.template is not None:
        expression = _template(mapping.template, column, missing)
    elif mapping.first_present is not None:
        expression = pl.coalesce([present(column(name), missing) for name in mapping.first_present])
    elif mapping.lookup is not None:
        return _looked_up(mapping, records, found, facts, vocabulary)
    else:
        expression = column(mapping.from_ or "")
    if mapping.extract is not None:
        expression = expression.str.extract(mapping.extract, 1)
    if height == 0:
        return pl.Series("raw", [], dtype=pl.String)
    return cells.select(pl.repeat(0, height).alias("_height"), raw=expression).get_column("raw")


def _template(template: str, column: Callable[[str], pl.Expr], missing: Collection[str]) -> pl.Expr:
    parts: list[pl.Expr] = []
    for piece in re.split(r"(\{[^{}]+\})", template):
        if piece.startswith("{"):
            parts.append(present(column(piece[1:-1]), missing))
        elif piece:
            parts.append(pl.lit(piece))
    return pl.concat_str(parts, ignore_nulls=False)


def _looked_up(
    mapping: FieldMapping,
    records: Records,
    found: Mapping[str, int | None],
    facts: Mapping[str, str],
    vocabulary: Vocabulary | None,
) -> pl.Series:
    lookup = mapping.lookup
    if lookup is None or vocabulary is None:
        raise AssertionError("a lookup needs its vocabulary")
    keys: list[pl.Series] = []
    for reference in lookup.keys.values():
        index = found.get(reference)
        if reference in SNAPSHOT_FACTS:
            fact = facts.get(reference) or None
            keys.append(pl.repeat(fact, records.cells.height, dtype=pl.String, eager=True))
        elif index is None:
            keys.append(pl.repeat(None, records.cells.height, dtype=pl.String, eager=True))
        else:
            keys.append(records.cells.get_column(str(index)).str.strip_chars(_BLANKS))
    columns = list(lookup.keys)
    known: dict[tuple[str | None, ...], str | None] = {}
    values: list[str | None] = []
    for key in zip(*keys, strict=True):
        if key not in known:
            texts = {name: text or "" for name, text in zip(columns, key, strict=True)}
            known[key] = vocabulary.lookup(texts, lookup.value)
        values.append(known[key])
    return pl.Series("raw", values, dtype=pl.String)
