"""Scans are read offline, each value with its confidence, or refused with the way to read them."""

from __future__ import annotations

import socket
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from scanned_pages import (
    DOTS_PER_POINT,
    DrawnPage,
    noisy,
    slanted,
)

from connectors.documents import ocr, scan_reading
from connectors.documents.scan_engine import Reading
from schemas.documents.document import DocumentPage, Grid
from schemas.message import UnreadableFileError

ROWS = [
    ["项目", "预算数", "数"],
    ["一、财政拨款收入", "9,382,600.00", "-0.50"],
    ["二、事业收入", "0.00", ""],
    ["合计", "257,700", "1"],
]


def _made_page() -> DrawnPage:
    page = DrawnPage(340, 160)
    page.text(20, 14, "编制部门：清水县")
    page.text(190, 14, "单位：元")
    page.table(ROWS, top=36, column=100)
    return page


def _texts(page: DocumentPage) -> list[list[str]]:
    (grid,) = page.grids
    return [[cell.text if cell else "" for cell in row] for row in grid.rows()]


def _confidences(grid: Grid) -> list[float]:
    return [cell.confidence for cell in grid.cells if cell.confidence is not None]


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("_no_network")
def test_a_slanted_noisy_page_is_read_offline() -> None:
    made = _made_page()
    scan = slanted(made.pixels, 1.2)
    page = ocr.recognise_page(noisy(scan), 7, made.width, made.height)
    assert page.is_scan
    assert (page.number, page.name, page.width, page.height) == (7, "page 7", 340, 160)
    assert [line.text for line in page.lines] == ["编制部门：清水县 单位：元"]
    assert _texts(page) == ROWS
    (grid,) = page.grids
    assert len(_confidences(grid)) == len(grid.cells)
    assert min(_confidences(grid)) > 0.6
    first = grid.at(0, 0)
    assert first is not None
    assert first.box is not None
    assert first.place == f"page 7 table 1 r1 c1 [{first.box}]"
    assert (first.box.left, first.box.top) == pytest.approx((19, 34), abs=4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        lambda page: np.ascontiguousarray(np.rot90(page, 1)),
        lambda page: np.ascontiguousarray(np.rot90(page, 2)),
        lambda page: np.ascontiguousarray(np.rot90(page, 3)),
        lambda page: slanted(page, -2.0),
    ],
    ids=["left", "upside down", "right", "slanted"],
)
def test_turned_pages_are_read_and_framed_as_they_lie(
    damage: Callable[[np.ndarray], np.ndarray],
) -> None:
    scan = damage(_made_page().pixels)
    height, width = (side / DOTS_PER_POINT for side in scan.shape)
    page = ocr.recognise_page(Image.fromarray(scan), 1, width, height)
    assert _texts(page) == ROWS
    cell = page.grids[0].at(1, 1)
    assert cell is not None
    assert cell.box is not None
    inside = scan[
        round(cell.box.top * DOTS_PER_POINT) + 9 : round(cell.box.bottom * DOTS_PER_POINT) - 9,
        round(cell.box.left * DOTS_PER_POINT) + 9 : round(cell.box.right * DOTS_PER_POINT) - 9,
    ]
    assert (inside < 128).any()
    assert 0 <= cell.box.left < cell.box.right <= width
    assert 0 <= cell.box.top < cell.box.bottom <= height


def _with_readings(monkeypatch: pytest.MonkeyPatch, *readings: Reading) -> DocumentPage:
    """Read a page of two cells, of which the left has two lines, as if these were recognised."""
    page = DrawnPage(300, 140)
    for top in (40, 90):
        page.line(20, top, 180, top)
    for left in (20, 100, 180):
        page.line(left, 40, left, 90)
    page.text(30, 46, "1")
    page.text(30, 68, "2")
    monkeypatch.setattr(scan_reading, "detect", lambda _: np.zeros((0, 4)))
    monkeypatch.setattr(scan_reading, "recognise", lambda pieces: list(readings[: len(pieces)]))
    return ocr.recognise_page(page.pixels, 1, page.width, page.height)


def test_a_cell_is_as_sure_as_its_least_sure_line(monkeypatch: pytest.MonkeyPatch) -> None:
    page = _with_readings(monkeypatch, Reading("一般", 0.99), Reading("公共", 0.42))
    first, second = page.grids[0].cells
    assert (first.text, first.confidence) == ("一般\n公共", 0.42)
    assert (second.text, second.confidence) == ("", 1.0)


def test_ink_that_could_not_be_read_is_no_empty_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    page = _with_readings(monkeypatch, Reading("", 0.0), Reading("7", 0.9))
    assert page.grids[0].cells[0].text == "\ufffd\n7"
    assert page.grids[0].cells[0].confidence == 0.0


def test_unreadable_lines_outside_tables_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    page = DrawnPage(300, 100)
    page.text(20, 20, "1")
    page.text(20, 60, "2")
    boxes = np.array([[18, 18, 60, 36], [18, 58, 60, 76]]) * DOTS_PER_POINT
    monkeypatch.setattr(scan_reading, "detect", lambda _: boxes)
    monkeypatch.setattr(
        scan_reading,
        "recognise",
        lambda pieces: [Reading("", 0.0), Reading("合计", 0.98)][: len(pieces)],
    )
    read = ocr.recognise_page(page.pixels, 1, page.width, page.height)
    assert [(line.text, line.number) for line in read.lines] == [("合计", 1)]


def test_a_cell_whose_ink_runs_over_a_rule_loses_its_confidence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = DrawnPage()
    page.table([["", ""], ["", ""]])
    page.text(84, 46, "123456")
    monkeypatch.setattr(scan_reading, "detect", lambda _: np.zeros((0, 4)))
    monkeypatch.setattr(
        scan_reading, "recognise", lambda pieces: [Reading("1", 0.99) for _ in pieces]
    )
    read = ocr.recognise_page(page.pixels, 1, page.width, page.height)
    assert [cell.confidence for cell in read.grids[0].cells] == [0.3, 0.3, 1.0, 1.0]


def test_nothing_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    page = _with_readings(monkeypatch, Reading("1O0.5l", 0.97), Reading("１，２", 0.96))
    assert page.grids[0].cells[0].text == "1O0.5l\n１，２"


def test_a_doubtful_figure_loses_its_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    page = _with_readings(monkeypatch, Reading("257.700", 0.99), Reading("2", 0.9))
    assert page.grids[0].cells[0].confidence == 0.5


@pytest.mark.parametrize(
    ("numbers", "said"), [([3], "3"), ([5, 3, 4], "3-5"), ([1, 2, 4, 9, 8], "1-2, 4, 8-9")]
)
def test_without_the_extra_scans_are_refused_with_their_pages(
    monkeypatch: pytest.MonkeyPatch, numbers: list[int], said: str
) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    with pytest.raises(UnreadableFileError) as refused:
        ocr.require_recognition(numbers)
    message = refused.value.message()
    for text in (message.zh, message.en):
        assert f" {said} " in text
        assert "pip install 'gongkai[ocr]'" in text
    with pytest.raises(UnreadableFileError):
        ocr.recognise_page(np.full((20, 20), 255, dtype=np.uint8), 1, 10, 10)


def test_documents_without_scans_need_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    ocr.require_recognition([])


def test_asking_for_recognition_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from connectors.documents.ocr import require_recognition; "
        "require_recognition([1]); "
        "print([name for name in ('cv2', 'rapidocr', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
