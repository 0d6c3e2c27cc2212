"""The part of the font that ships holds every sign the made PDF files may print."""

from __future__ import annotations

from reportlab.pdfbase.ttfonts import TTFontFile

from examples.qingshui.department_files.chinese_font import FILE, printed_signs


def test_no_sign_of_the_makers_is_missing() -> None:
    known = TTFontFile(str(FILE)).charToGlyph
    missing = {sign for sign in printed_signs() if ord(sign) not in known and not sign.isspace()}
    assert missing <= {"₂", "³", "µ", "μ"}, missing  # units of air and water, in no PDF
