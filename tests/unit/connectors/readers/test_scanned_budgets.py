"""Scanned pages of budget documents on which nothing can be recognised are told."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from connectors.readers import read
from schemas.reader_options import BudgetDocumentReader


def test_a_scan_without_any_text_is_told(tmp_path: Path) -> None:
    picture = BytesIO()
    Image.new("L", (600, 850), 245).save(picture, "JPEG")
    picture.seek(0)
    file = tmp_path / "empty.pdf"
    canvas = Canvas(str(file), pagesize=A4)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()

    tables = list(read(file, BudgetDocumentReader(type="budget_document"), name=file.name))

    told = [problem for table in tables for problem in table.problems]
    assert [one.value for one in told if one.rule == "READ-74"] == ["page 1"]
