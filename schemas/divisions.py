"""The divisions of China (GB/T 2260) as python-stdnum knows them."""

from __future__ import annotations

import datetime as dt
import re

from stdnum import numdb

from schemas.vocabulary import Entry, Vocabulary, make_vocabulary

DIVISIONS = "division"
"""Name of the vocabulary: python-stdnum's table with what ``vocab/division.csv`` adds to it."""
PERIOD = re.compile(r"\[(?P<start>\d{4})?-(?P<end>\d{4})?\](?P<name>.*)")


def stdnum_divisions() -> Vocabulary:
    """python-stdnum's table of divisions as a code list; retired names keep their years."""
    entries = []
    for _, prefix, _, _, children in _prefixes():
        for _, suffix, _, child, _ in children:
            entries += [_entry(prefix + suffix, text) for text in child["county"].split(",")]
    return make_vocabulary(DIVISIONS, entries)


def _prefixes() -> list[numdb.PrefixInfo]:
    """Provinces of stdnum's table with their divisions."""
    return numdb.get("cn/loc").prefixes


def _entry(code: str, written: str) -> Entry:
    """``[1985-2003]秦城区`` as an entry with its years."""
    matched = PERIOD.fullmatch(written)
    if matched is None:
        return Entry(code, written, written)
    name, start, end = matched["name"], matched["start"], matched["end"]
    return Entry(
        code,
        name,
        name,
        valid_from=dt.date(int(start), 1, 1) if start else None,
        valid_to=dt.date(int(end), 12, 31) if end else None,
    )
