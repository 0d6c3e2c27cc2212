"""``GONGKAI_REAL_DATA=… PYTHONPATH=tests python -m measured_accuracy``: writes docs/accuracy.md."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from made_booklets.booklets import BOOKLETS as MADE

from measured_accuracy.booklets import count_booklet
from measured_accuracy.cells import BOOKLETS
from measured_accuracy.made import count_made
from measured_accuracy.made_notices import count_made_notices
from measured_accuracy.mistakes import mistakes_of
from measured_accuracy.notices import count_notices
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
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        booklets = [count_booklet(real_data, one, _fresh(folder, one)) for one in BOOKLETS]
        made = [count_made(make, _fresh(folder, make.__name__)) for make in MADE]
        notices = [
            count_notices(real_data, _fresh(folder, wanted), wanted)
            for wanted in ("award", "contract")
        ]
        wordings = count_made_notices(_fresh(folder, "wordings"))
    mistakes = [each for one in booklets for each in mistakes_of(one.booklet, one.reading)]
    return accuracy_page(booklets, made, mistakes, notices, wordings)


def _fresh(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


if __name__ == "__main__":
    main()
