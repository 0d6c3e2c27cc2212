"""Mistakes of booklets, as whoever read them wrote them down, and which rules tell them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from measured_accuracy.cells import EXPECTED
from measured_accuracy.first_reading import FirstReading


@dataclass(frozen=True, slots=True)
class Mistake:
    """A contradiction within a booklet, and the rules that told it."""

    booklet: str
    page: int
    told: str
    rules: tuple[str, ...]


def mistakes_of(booklet: str, reading: FirstReading) -> list[Mistake]:
    """What contradicts the tables, and whether a finding names it."""
    return [
        Mistake(booklet, page, told, _rules(reading, page, numbers))
        for page, told, numbers in _known(booklet)
    ]


def _known(booklet: str) -> Iterator[tuple[int, str, list[str]]]:
    with (EXPECTED / f"{booklet}.narrative.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["contradicts_table"] == "yes":
                told = f"{line['fragment']}, but {line['table_says']}"
                yield int(line["page"]), told, [line["value"]]
    with (EXPECTED / f"{booklet}.document.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["key"].startswith("wrong_"):
                yield int(line["page"]), line["value"], [line["value"][:6]]


def _rules(reading: FirstReading, page: int, texts: list[str]) -> tuple[str, ...]:
    """Rules of findings that speak of a text of a page."""
    told = set()
    for finding in reading.findings.to_dicts():
        whole = " ".join(str(value) for value in finding.values() if value is not None)
        if any(re.search(rf"(?<![\d.]){re.escape(text)}(?![\d.])", whole) for text in texts):
            told.add(finding["rule"])
    return tuple(sorted(told))
