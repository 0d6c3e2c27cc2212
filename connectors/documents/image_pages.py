"""Image files of scanned documents: every picture in them is a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from connectors.documents.ocr import recognise_page, require_recognition
from connectors.readers.refusals import refuse
from schemas.documents.document import Document, DocumentPage
from schemas.message import UnreadableFileError

MAX_PAGES = 2000
MAX_PIXELS = 100_000_000
"""A page of A3 at 600 dots per inch has 70 million."""
FORMATS = ("PNG", "JPEG", "TIFF")
_LEAST_DPI, _MOST_DPI = 50.0, 2400.0
_A4_LONG_SIDE = 842.0
"""PDF points; the size of a page whose file does not say its resolution."""


def read_image(path: Path) -> Document:
    """Recognise the pages of a PNG, JPEG or TIFF file (TIFF: all of its pictures).

    A page is as large as its resolution says, in PDF points; where the file says none, its longer
    side is taken for that of A4. A camera's turn mark is obeyed.

    Raises:
        UnreadableFileError: no such image, cut, too large; or recognition is not installed.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            _refuse_large(image)
            require_recognition(range(1, getattr(image, "n_frames", 1) + 1))
            return Document(tuple(_pages(image)))
    except UnidentifiedImageError as error:
        raise refuse(
            "文件不是 PNG、JPEG 或 TIFF 图像",
            "The file is no PNG, JPEG or TIFF image",
            "请核对文件，或请部门重新提供。",
            "Check the file or ask the department for it again.",
        ) from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> UnreadableFileError:
    detail = f"{type(error).__name__} {error}".strip()
    return refuse(
        f"图像文件已损坏、过大或没有传完（{detail}）",
        f"The image is damaged, too large or was cut ({detail})",
        "请重新获取文件。",
        "Get the file again.",
    )


def _refuse_large(image: Image.Image) -> None:
    pages = getattr(image, "n_frames", 1)
    if pages > MAX_PAGES or image.width * image.height > MAX_PIXELS:
        raise refuse(
            f"图像共 {pages} 页，{image.width}×{image.height} 像素，"
            f"超过上限 {MAX_PAGES} 页或 {MAX_PIXELS // 1_000_000} 百万像素",
            f"The image has {pages} pages of {image.width}×{image.height} pixels, more than "
            f"{MAX_PAGES} pages or {MAX_PIXELS // 1_000_000} million pixels",
            "请按 300 点每英寸重新扫描。",
            "Scan it again at 300 dots per inch.",
        )


def _pages(image: Image.Image) -> Iterator[DocumentPage]:
    for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
        _refuse_large(frame)
        points = points_per_pixel(frame)
        page = ImageOps.exif_transpose(frame)
        yield recognise_page(page, number, page.width * points, page.height * points)


def points_per_pixel(image: Image.Image) -> float:
    """How many PDF points a pixel is, as the file says; else as if the page were of A4."""
    across, _ = image.info.get("dpi", (0.0, 0.0))
    if _LEAST_DPI <= float(across) <= _MOST_DPI:
        return 72.0 / float(across)
    return _A4_LONG_SIDE / max(image.size)
