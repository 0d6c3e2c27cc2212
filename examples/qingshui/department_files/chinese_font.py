"""The font of the made PDF files: a part of WenQuanYi Micro Hei that holds what they print.

WenQuanYi Micro Hei (after Droid Sans Fallback), copyright Google and the WenQuanYi board of
trustees, licensed under the Apache License 2.0. Made by
``python -m examples.qingshui.department_files.chinese_font wqy-microhei.ttc`` (needs fonttools),
which keeps the signs of this package's source texts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

FONT = "MicroHeiPart"
HERE = Path(__file__).parent
FILE = HERE / "micro_hei_part.ttf"


def register_font() -> None:
    """Make :data:`FONT` known to reportlab; embedded, so that every viewer shows the files."""
    registerFont(TTFont(FONT, str(FILE)))


def printed_signs() -> str:
    """Every sign that stands in the source texts of the makers, and printable ASCII."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.py")))
    ascii_signs = (chr(code) for code in range(0x20, 0x7F))
    return "".join(sorted({sign for text in texts for sign in text} | set(ascii_signs)))


def make_part(font: Path) -> None:
    """Cut the part out of the whole font."""
    from fontTools import subset

    options = subset.Options(
        glyph_names=False, hinting=False, recalc_timestamp=False, font_number=0, layout_features=[]
    )
    whole = subset.load_font(str(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=printed_signs())
    cutter.subset(whole)
    subset.save_font(whole, str(FILE), options)


if __name__ == "__main__":
    make_part(Path(sys.argv[1]))
