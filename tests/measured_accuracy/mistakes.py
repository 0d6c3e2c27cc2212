"""Mistakes of booklets, as whoever read them wrote them down, and which rules tell them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measured_accuracy.cells import EXPECTED
from measured_accuracy.first_reading import FirstReading

REMARKED = Path(__file__).with_name("remarked.csv")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A contradiction within a booklet, and the rules that told it."""

    booklet: str
    page: int
    told: str
    rules: tuple[str, ...]


def mistakes_of(booklet: str, reading: FirstReading) -> list[Mistake]:
    """What contradicts itself, and whether a finding names it."""
    return [
        Mistake(booklet, page, told, _rules(reading, page, marks))
        for page, told, marks in sorted((*_in_text(booklet), *_remarked(booklet)))
    ]


def _in_text(booklet: str) -> Iterator[tuple[int, str, list[str]]]:
    """Numbers of the running text, and notes on tables, that the tables contradict."""
    with (EXPECTED / f"{booklet}.narrative.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["contradicts_table"] == "yes":
                told = f"{line['fragment']}, but {line['table_says']}"
                yield int(line["page"]), told, [line["value"]]
    with (EXPECTED / f"{booklet}.document.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["key"].startswith("wrong_"):
                yield int(line["page"]), line["value"], [line["value"]]


def _remarked(booklet: str) -> Iterator[tuple[int, str, list[str]]]:
    """Further contradictions, with words that whoever tells of them must use."""
    with REMARKED.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["booklet"] == booklet:
                yield int(line["page"]), line["told"], line["marks"].split(";")


def _rules(reading: FirstReading, page: int, marks: list[str]) -> tuple[str, ...]:
    """Rules of findings that name the page and use all of some words and numbers."""
    told = set()
    for finding in reading.findings.to_dicts():
        whole = " ".join(str(value) for value in finding.values() if value is not None)
        if f"page {page} " in whole and all(
            re.search(rf"(?<![\d.]){re.escape(mark)}(?!\.?\d)", whole) for mark in marks
        ):
            told.add(finding["rule"])
    return tuple(sorted(told))
