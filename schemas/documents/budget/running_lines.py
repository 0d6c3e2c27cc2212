"""Lines that head or end most pages of a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from schemas.documents.budget.titles import read_title
from schemas.documents.budget.words import OFFICE, joined, plain, unit_note
from schemas.documents.document import DocumentPage, Grid, TextLine

RUNNING_PAGES = 4
"""A line that heads or ends fewer pages than this is no running line."""


def without_running_lines(pages: Sequence[DocumentPage]) -> list[DocumentPage]:
    """The pages without the lines that head or end most of them: they say nothing of a table.

    A title that stands on each page of its table is on as many pages as the table has; a running
    line is on pages with different tables, and names none.
    """
    ends = Counter(
        text
        for page in pages
        for text in {_without_digits(line) for line in (*page.lines[:1], *page.lines[-1:])}
    )
    running = {
        text for text, count in ends.items() if count >= RUNNING_PAGES and count > len(pages) / 3
    }

    def is_running(page: DocumentPage, line: TextLine | Grid) -> bool:
        if not isinstance(line, TextLine) or line not in (*page.lines[:1], *page.lines[-1:]):
            return False
        title = read_title(line.text)
        names_table = title is not None and title.kind is not None
        beside = bool(unit_note(line.text)) or bool(OFFICE.search(plain(line.text)))
        return _without_digits(line) in running and not names_table and not beside

    return [
        replace(page, blocks=tuple(one for one in page.blocks if not is_running(page, one)))
        for page in pages
    ]


def _without_digits(line: TextLine) -> str:
    return re.sub(r"\d", "", joined(line.text))
