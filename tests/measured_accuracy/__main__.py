"""``GONGKAI_REAL_DATA=… PYTHONPATH=tests python -m measured_accuracy``: writes docs/accuracy.md."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from made_booklets.booklets import BOOKLETS as MADE

from measured_accuracy.cells import BOOKLETS
from measured_accuracy.counted_once import (
    booklet_count,
    made_booklet_count,
    made_notice_counts,
    notice_count,
)
from measured_accuracy.mistakes import mistakes_of
from measured_accuracy.page import accuracy_page

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"


def main() -> None:
    """Count everything and write the page."""
    named = os.environ.get("GONGKAI_REAL_DATA")
    if not named:
        sys.exit("GONGKAI_REAL_DATA must name the folder of real department files")
    PAGE.write_text(whole_page(Path(named)), encoding="utf-8")


def whole_page(real_data: Path) -> str:
    """The page, from runs over all files."""
    booklets = [booklet_count(real_data, one) for one in BOOKLETS]
    made = [made_booklet_count(make) for make in MADE]
    notices = [notice_count(real_data, wanted) for wanted in ("award", "contract")]
    wordings = made_notice_counts()
    mistakes = [each for one in booklets for each in mistakes_of(one.booklet, one.reading)]
    return accuracy_page(booklets, made, mistakes, notices, wordings)


if __name__ == "__main__":
    main()
