"""Booklets printed, scanned and recognised, against values read by eye off images of their pages.

Each page with expected values is made a scan: a picture at 200 dots per inch, askew, on grey paper
with grain and the traces of JPEG. Run it, with the figures, by
``GONGKAI_REAL_DATA=… python -m pytest -m "real_data and slow" -s`` and the name of this file.
"""

from __future__ import annotations

import csv
import time
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from connectors.documents.ocr import recognise_page
from schemas.documents.document import DocumentPage

pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.timeout(1800)]

EXPECTED = Path(__file__).parents[2] / "expected" / "budgets"
BOOKLETS = (
    "putuo_finance_bureau_2025_dept_budget",
    "putuo_wanli_subdistrict_2024_dept_budget",
    "putuo_finance_bureau_2024_final_accounts",
)
DOTS_PER_INCH = 200
TRUSTED = 0.9
SLANTS = (0.8, -1.6, 0.0, 1.9)
"""Degrees, page by page in turn."""


@dataclass(frozen=True)
class Value:
    """A value as read by eye, and the label of its row."""

    label: str
    value: str


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _expected(booklet: str) -> dict[int, list[Value]]:
    pages: dict[int, list[Value]] = defaultdict(list)
    with (EXPECTED / f"{booklet}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pages[int(row["page"])].append(Value(_plain(row["label"]), _plain(row["value"])))
    return pages


def _scanned(page: pypdfium2.PdfPage, number: int) -> NDArray[np.uint8]:
    picture = page.render(scale=DOTS_PER_INCH / 72).to_numpy()
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), SLANTS[number % len(SLANTS)], 1.0)
    askew = cv2.warpAffine(picture, matrix, (width, height), borderValue=(255, 255, 255))
    grain = np.random.default_rng(number).normal(0.0, 8.0, askew.shape)
    grey = np.clip(askew * 0.8 + 35 + grain, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 50])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def _beside(page: DocumentPage) -> dict[str, list[tuple[str, float]]]:
    """For each text in a cell the cells of its rows, then those of its columns."""
    rows: dict[str, list[tuple[str, float]]] = defaultdict(list)
    columns: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for grid in page.grids:
        for found, lines in ((rows, grid.rows()), (columns, zip(*grid.rows(), strict=True))):
            for line in lines:
                cells = [(_plain(cell.text), cell.confidence or 0.0) for cell in line if cell]
                for text, _ in cells:
                    found[text] += cells
    return {text: rows[text] + columns[text] for text in rows}


@pytest.mark.parametrize("booklet", BOOKLETS)
def test_values_read_by_eye_are_recognised_or_doubted(
    booklet: str, real_data: Path, record_property: pytest.RecordProperty
) -> None:
    document = pypdfium2.PdfDocument(real_data / "budgets" / f"{booklet}.pdf")
    counts: Counter[str] = Counter()
    wrong: list[tuple[int, Value]] = []
    began = time.process_time()
    pages = _expected(booklet)
    for number, values in pages.items():
        source = document[number - 1]
        page = recognise_page(_scanned(source, number), number, *source.get_size())
        assert page.is_scan
        beside = _beside(page)
        for value in values:
            label = value.label.rpartition("/")[2]
            sure = [
                confidence
                for heading, cells in beside.items()
                if label in heading
                for text, confidence in cells
                if text == value.value
            ]
            if not sure:
                wrong.append((number, value))
            elif max(sure) < TRUSTED:
                counts["right but doubted"] += 1
            else:
                counts["right"] += 1
    spent = time.process_time() - began
    told = {**counts, "wrong": len(wrong), "pages": len(pages), "cpu_s": round(spent)}
    print(booklet, told, wrong)
    record_property(booklet, told)
    total = sum(len(values) for values in pages.values())
    assert counts["right"] + counts["right but doubted"] >= 0.995 * total, wrong
    assert counts["right"] >= 0.95 * total
