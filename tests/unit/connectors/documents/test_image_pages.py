"""Image files give a page for every picture, as large as their resolution says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scanned_pages import DrawnPage

from connectors.documents import image_pages, ocr
from connectors.documents.image_pages import read_image
from connectors.readers.budget_document import open_document
from schemas.documents.document import DocumentPage
from schemas.message import UnreadableFileError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Number and size in points of every page that is asked for; nothing is recognised."""
    pages: list[tuple[int, int, int]] = []

    def recognise(_: object, number: int, width: float, height: float) -> DocumentPage:
        pages.append((number, round(width), round(height)))
        return DocumentPage(number, f"page {number}", (), width, height, is_scan=True)

    monkeypatch.setattr(image_pages, "recognise_page", recognise)
    return pages


def _image(width: int = 400, height: int = 200) -> Image.Image:
    return Image.fromarray(np.full((height, width), 255, dtype=np.uint8))


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_the_resolution_gives_the_size(
    suffix: str, tmp_path: Path, asked: list[tuple[int, int, int]]
) -> None:
    path = tmp_path / f"page.{suffix}"
    _image().save(path, dpi=(200, 200))
    read_image(path)
    assert asked == [(1, 144, 72)]


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_an_image_is_opened_as_a_document(
    suffix: str, tmp_path: Path, asked: list[tuple[int, int, int]]
) -> None:
    path = tmp_path / f"page.{suffix}"
    _image().save(path, dpi=(200, 200))
    assert open_document(path).pages[0].is_scan
    assert asked == [(1, 144, 72)]


@pytest.mark.parametrize("dpi", [None, (1, 1), (9000, 9000)])
def test_without_a_credible_resolution_the_page_is_a4(
    dpi: tuple[int, int] | None, tmp_path: Path, asked: list[tuple[int, int, int]]
) -> None:
    path = tmp_path / "page.png"
    _image().save(path, **({"dpi": dpi} if dpi else {}))
    read_image(path)
    assert asked == [(1, 842, 421)]


def test_every_picture_of_a_tiff_is_a_page(
    tmp_path: Path, asked: list[tuple[int, int, int]]
) -> None:
    path = tmp_path / "pages.tif"
    _image().save(path, save_all=True, append_images=[_image(200, 400)], dpi=(200, 200))
    document = read_image(path)
    assert [page.name for page in document.pages] == ["page 1", "page 2"]
    assert asked == [(1, 144, 72), (2, 72, 144)]


def test_the_turn_mark_of_a_camera_is_obeyed(
    tmp_path: Path, asked: list[tuple[int, int, int]]
) -> None:
    path = tmp_path / "page.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    _image().save(path, dpi=(200, 200), exif=exif)
    read_image(path)
    assert asked == [(1, 72, 144)]


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    grain = np.random.default_rng(1).integers(0, 255, (300, 300), dtype=np.uint8)
    Image.fromarray(grain).save(path)
    path.write_bytes(path.read_bytes()[:40_000])
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_image(path)


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(b"%PDF-1.7 and so on")
    with pytest.raises(UnreadableFileError, match="no PNG"):
        read_image(path)


def test_a_page_of_too_many_pixels_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.png"
    _image().save(path)
    monkeypatch.setattr(image_pages, "MAX_PIXELS", 79_999)
    with pytest.raises(UnreadableFileError, match="400×200 pixels"):
        read_image(path)


def test_without_the_extra_all_its_pages_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pages.tif"
    _image().save(path, save_all=True, append_images=[_image(), _image()])
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    with pytest.raises(UnreadableFileError, match="Pages 1-3 are scans"):
        read_image(path)


@pytest.mark.slow
def test_a_picture_is_read(tmp_path: Path) -> None:
    page = DrawnPage(300, 120)
    page.table([["项目", "预算数"], ["合计", "9,382.60"]], top=36)
    page.image.save(tmp_path / "page.png", dpi=(200, 200))
    (read,) = read_image(tmp_path / "page.png").pages
    assert [cell.text for cell in read.grids[0].cells] == ["项目", "预算数", "合计", "9,382.60"]
