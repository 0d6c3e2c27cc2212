"""Pictures of cells: the cells asked for, and not a pixel of anything else."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from connectors.documents.cell_pictures import WHITE, cell_picture
from connectors.documents.pdf_pages import read_pdf
from schemas.documents.document import Box, Document

SECRET = "TEL13893812345"
WIDTHS, HEIGHT, TOP, LEFT = (150, 110, 110), 24, 760, 60
HEAD = ("Item", "Budget", "Spent")


def written(path: Path, rows: list[tuple[str, str, str]], *, seal: bool = False) -> Path:
    """A page with a ruled table; cells are written from their left edge and may run over."""
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    canvas.setFont("Helvetica", 11)
    for at, row in enumerate((HEAD, *rows)):
        x, y = LEFT, TOP - at * HEIGHT
        for width, text in zip(WIDTHS, row, strict=True):
            canvas.rect(x, y - HEIGHT, width, HEIGHT)
            canvas.drawString(x + 4, y - HEIGHT + 8, text)
            x += width
    if seal:
        mark = io.BytesIO()
        Image.new("RGB", (40, 40), (200, 0, 0)).save(mark, "PNG")
        canvas.drawImage(ImageReader(mark), LEFT + 180, TOP - 2 * HEIGHT, 30, 30)
    canvas.save()
    return path


def box_of(document: Document, row: int, column: int) -> Box:
    (_, grid) = next(document.grids())
    cell = grid.at(row, column)
    assert cell is not None
    assert cell.box is not None
    return cell.box


def pixels(png: bytes | None) -> NDArray[np.uint8]:
    assert png is not None
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def others(document: Document, shown: list[Box]) -> list[Box]:
    (_, grid) = next(document.grids())
    return [cell.box for cell in grid.cells if cell.box is not None and cell.box not in shown]


ROWS = [("Roads", "1,234.50", "1,000.00"), ("Schools", "99.00", "98.00")]
BARE = [("Roads", "1,234.50", ""), ("", "", "")]


def picture(path: Path) -> NDArray[np.uint8]:
    """The budget of roads with the headers of its row and column."""
    document = read_pdf(path)
    shown = [box_of(document, 1, 1), box_of(document, 0, 1), box_of(document, 1, 0)]
    return pixels(cell_picture(path, 1, shown, others(document, shown)))


def test_a_picture_is_the_same_whatever_stands_in_other_cells(tmp_path: Path) -> None:
    bare = picture(written(tmp_path / "bare.pdf", BARE))
    full = picture(written(tmp_path / "full.pdf", ROWS))
    secret = picture(
        written(tmp_path / "secret.pdf", [("Roads", "1,234.50", SECRET), (SECRET,) * 3])
    )
    assert (bare < 128).any()
    assert np.array_equal(bare, full)
    assert np.array_equal(bare, secret)


def test_a_sign_of_the_next_cell_that_reaches_over_its_edge_is_blanked(tmp_path: Path) -> None:
    path = tmp_path / "over.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=True)
    for column, width in enumerate(WIDTHS):
        canvas.rect(LEFT + sum(WIDTHS[:column]), TOP - HEIGHT, width, HEIGHT)
    canvas.setFont("Helvetica", 20)
    edge = LEFT + WIDTHS[0]
    canvas.drawString(edge - 11, TOP - HEIGHT + 5, "W")  # 19 points wide: eight of them over
    canvas.save()
    ours = Box(edge, 842 - TOP, edge + WIDTHS[1], 842 - TOP + HEIGHT)
    page = pypdfium2.PdfDocument(path)[0].render(scale=1).to_pil().convert("L")
    assert np.asarray(page)[842 - TOP + 3 : 842 - TOP + HEIGHT - 3, edge + 2 : edge + 8].min() < 128
    made = pixels(cell_picture(path, 1, [ours], []))
    assert (made[4:-4, 4:-4] == WHITE).all()


def test_outside_the_cells_everything_is_blank(tmp_path: Path) -> None:
    path = written(tmp_path / "full.pdf", ROWS)
    document = read_pdf(path)
    shown = [box_of(document, 2, 2), box_of(document, 0, 2)]
    made = pixels(cell_picture(path, 1, shown, others(document, shown)))
    # the two cells stand one above the other, a row between them left out
    assert made.shape[0] < 3 * HEIGHT * 132 / 72
    gap = made.shape[0] // 2
    assert (made[gap - 2 : gap + 2, 2:-2] == WHITE).all()


def test_a_seal_in_a_cell_makes_no_picture(tmp_path: Path) -> None:
    path = written(tmp_path / "seal.pdf", ROWS, seal=True)
    document = read_pdf(path)
    assert cell_picture(path, 1, [box_of(document, 1, 1)], []) is None
    assert cell_picture(path, 1, [box_of(document, 0, 0)], []) is not None
    assert cell_picture(path, 2, [box_of(document, 0, 0)], []) is None


@pytest.mark.parametrize("degrees", [0.0, 0.8])
def test_boxes_of_others_are_blank_on_scans(tmp_path: Path, degrees: float) -> None:
    """On a slanted scan the boxes of cells overlap: what they share is blank."""
    scan = Image.new("RGB", (600, 300), WHITE)
    scan.paste((0, 0, 0), (100, 100, 200, 140))  # our cell: all ink
    scan.paste((0, 0, 255), (200, 100, 300, 140))  # the next cell
    scan = scan.rotate(degrees, fillcolor=WHITE)
    path = tmp_path / "scan.png"
    scan.save(path, dpi=(72, 72))
    document = Box(98, 97, 203, 143), Box(197, 95, 303, 141)
    made = pixels(cell_picture(path, 1, [document[0]], [document[1]]))
    blue = (made[..., 2] > 150) & (made[..., 0] < 100)
    assert not blue.any()
    assert (made < 60).any()


def test_only_pages_have_pictures(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    assert cell_picture(path, 1, [Box(0, 0, 10, 10)], []) is None
