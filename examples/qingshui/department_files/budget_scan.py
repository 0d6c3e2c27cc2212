"""A town's budget table as a scan: a page without any text, slightly askew, with one smudge.

It is drawn as a page with text, turned into a picture, and the picture becomes the page.
"""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from examples.qingshui.department_files.chinese_font import FONT, register_font
from examples.qingshui.department_files.faults import PlantedFault, planted

SOURCE = "budget_scans"
ORGANIZATION = "清水县永清镇人民政府"
FILE = "永清镇2026年部门预算公开表（扫描件）.pdf"
DOTS_PER_INCH = 170
ASKEW_DEGREES = 0.4
PAPER = 246  # grey of the scanned paper, 255 is white
NOISE = 5.0  # standard deviation of the grey
SMUDGED_ROW = 4

ROWS: tuple[tuple[str, Decimal, str, Decimal], ...] = (
    ("一、财政拨款收入", Decimal(9382600), "一、一般公共服务支出", Decimal(5216400)),
    ("二、事业收入", Decimal(0), "二、社会保障和就业支出", Decimal(1173500)),
    ("三、其他收入", Decimal(214000), "三、卫生健康支出", Decimal(362700)),
    ("", Decimal(0), "四、农林水支出", Decimal(2310000)),
    ("", Decimal(0), "五、住房保障支出", Decimal(534000)),
)


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}" if amount else ""


def _drawn() -> bytes:
    """The page before it was scanned."""
    register_font()
    total = sum((row[1] for row in ROWS), Decimal(0))
    data = [["本年收入", "", "本年支出", ""], ["项目", "预算数", "项目", "预算数"]]
    data += [[left, _money(came), right, _money(went)] for left, came, right, went in ROWS]
    data.append(["收入总计", _money(total), "支出总计", _money(total)])
    style: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.9, "black"),
        ("FONT", (0, 0), (-1, -1), FONT, 11),
        ("SPAN", (0, 0), (1, 0)),
        ("SPAN", (2, 0), (3, 0)),
        ("ALIGN", (0, 0), (-1, 1), "CENTER"),
        ("ALIGN", (1, 2), (1, -1), "RIGHT"),
        ("ALIGN", (3, 2), (3, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    table = Table(
        data,
        colWidths=[46 * mm, 38 * mm, 50 * mm, 38 * mm],
        rowHeights=[9 * mm] * len(data),
        style=TableStyle(style),
    )
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    width, height = A4
    canvas.setFont(FONT, 17)
    canvas.drawCentredString(width / 2, height - 32 * mm, "2026年部门收支预算总表")
    canvas.setFont(FONT, 11)
    canvas.drawString(19 * mm, height - 44 * mm, f"编制部门：{ORGANIZATION}")
    canvas.drawRightString(191 * mm, height - 44 * mm, "单位：元")
    _, deep = table.wrapOn(canvas, width, height)
    table.drawOn(canvas, 19 * mm, height - 48 * mm - deep)
    canvas.save()
    return buffer.getvalue()


def _scanned(page: bytes) -> Image.Image:
    """The picture of the page: grey, askew, noisy, with a number that a wet finger has smudged."""
    document = pypdfium2.PdfDocument(page)
    picture = document[0].render(scale=DOTS_PER_INCH / 72).to_pil().convert("L")
    top = (48 + 9 * (2 + SMUDGED_ROW)) * mm / 72 * DOTS_PER_INCH
    left = 155 * mm / 72 * DOTS_PER_INCH
    box = (int(left + 95), int(top + 12), int(left + 190), int(top + 50))
    spot = picture.crop(box).resize((12, 5)).resize((box[2] - box[0], box[3] - box[1]))
    picture.paste(spot, box)
    ImageDraw.Draw(picture).line([(box[0], box[3] - 8), (box[2], box[1] + 12)], fill=70, width=5)
    turned = picture.rotate(ASKEW_DEGREES, Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(turned, dtype=np.float64) * (PAPER / 255)
    grey += np.random.default_rng(20260121).normal(0.0, NOISE, grey.shape)
    return Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))


def write_scan(folder: Path) -> list[PlantedFault]:
    """Write the scan into the drop folder and return what was planted in it."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = BytesIO()
    _scanned(_drawn()).save(picture, "JPEG", quality=60)
    picture.seek(0)
    canvas = Canvas(str(folder / FILE), pagesize=A4, invariant=True)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    return [planted("scanned_page", SOURCE, FILE)]
