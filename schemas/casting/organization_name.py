"""Names of organizations in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

from schemas.casting.cell_text import INVISIBLE

BRACKETS = str.maketrans("[]{}【】〔〕〈〉", "()()()()()")


def normalized_name(name: str) -> str:
    """A name for comparison only, never for publishing: 甲（乙）公司 and 甲(乙) 公司 are one.

    Width and compatibility forms (NFKC), brackets, blanks, invisible characters and the case of
    letters make no difference.
    """
    folded = INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).translate(BRACKETS)
    return re.sub(r"\s+", "", folded).casefold()
