"""Read a scanned page: its tables, cells and lines, each with the confidence of its recognition.

Works offline. Nothing that is recognised is repaired: ``1O0.5`` stays so, with its confidence, and
whoever casts it refuses it. Needs the extra ``gongkai[ocr]``; without it a scan is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from connectors.readers.refusals import refuse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from schemas.documents.document import DocumentPage

_NEEDED = ("rapidocr", "onnxruntime", "cv2")


def require_recognition(page_numbers: Sequence[int]) -> None:
    """Refuse a document with scanned pages where the extra that reads them is not installed.

    Args:
        page_numbers: the pages, from 1, that are scans; nothing is required for none.

    Raises:
        UnreadableFileError: names the pages and says how to install the extra.
    """
    if not page_numbers or all(find_spec(module) is not None for module in _NEEDED):
        return
    pages = _ranges(page_numbers)
    raise refuse(
        f"第 {pages} 页是扫描图像，没有文字层，需要文字识别（OCR）才能读取，而本机未安装该组件",
        f"Pages {pages} are scans without a text layer; reading them needs character recognition, "
        "which is not installed here",
        "请安装：pip install 'gongkai[ocr]'，然后重新运行；或向发布部门索取带文字层的文件。",
        "Install it with pip install 'gongkai[ocr]' and run again, or ask the department for a "
        "file with a text layer.",
    )


def _ranges(numbers: Sequence[int]) -> str:
    """Write page numbers shortly: ``3, 5-8``."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def recognise_page(
    image: Image.Image | NDArray[np.uint8], page_number: int, width_pt: float, height_pt: float
) -> DocumentPage:
    """Read the picture of one page.

    A slant of up to 5 degrees and quarter turns are undone first; boxes are given on the page as it
    was scanned.

    Args:
        image: a picture, or its pixels: height × width (grey) or height × width × 3 (blue, green,
            red), 8 bits each. Below 150 dots per inch signs are lost.
        page_number: from 1.
        width_pt: width of the page in PDF points.
        height_pt: height of the page in PDF points.

    Returns:
        A page with ``is_scan`` set. A cell's confidence is that of its least certain sign; a cell
        without ink has the text ``""`` and the confidence 1; a line of a cell whose ink could not
        be read is U+FFFD, with the confidence 0.

    Raises:
        UnreadableFileError: the extra is not installed.
    """
    require_recognition([page_number])
    import numpy as np

    from connectors.documents.scan_reading import read_scan

    if isinstance(image, np.ndarray):
        pixels = image
    else:
        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"), dtype=np.uint8)[:, :, ::-1])
    return read_scan(pixels, page_number, width_pt, height_pt)
