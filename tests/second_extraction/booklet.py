"""Read all amounts of a budget booklet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from second_extraction.boxes import Area, areas_of
from second_extraction.page_content import PageContent, Word, pages_of
from second_extraction.readings import Reading, Table, read_area
from second_extraction.titles import clean_title, is_title, lines_as_text, table_of, unit_of
from second_extraction.unruled import all_boxes, text_lines

_READ: dict[str, tuple[Reading, ...]] = {}


def amounts_of(path: str) -> tuple[Reading, ...]:
    """Every number of the disclosure tables of a booklet, from the first page to the last. Equal
    bytes are read once: several tests ask for the same booklets."""
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if digest not in _READ:
        _READ[digest] = tuple(_read(path))
    return _READ[digest]


def _read(path: str) -> Iterator[Reading]:
    table: Table | None = None
    last_page = 0
    for page in pages_of(path):
        above = 0.0
        for number, area in enumerate(_areas(page)):
            words = [word for word in page.words if above < word.middle < area.top]
            found = _named_table(words, area, page)
            if found is not None:
                table = _same_or_new(table, found)
            elif number or page.number - last_page > 1:
                table = None
            above = area.bottom
            if table is None:
                continue
            last_page = page.number
            yield from read_area(all_boxes(list(page.words), area), table, page.number)


def _same_or_new(table: Table | None, found: Table) -> Table:
    """A title that is printed again on the next page goes on with the same table."""
    if table is not None and table.table_id == found.table_id and table.title == found.title:
        return table
    return found


def _named_table(above: list[Word], area: Area, page: PageContent) -> Table | None:
    """The table that the lines over an area name, or the first lines within it."""
    outside = lines_as_text(above)
    inside = [text for _, text in lines_as_text([word for word in page.words if area.holds(word)])]
    titles = [text for _, text in outside if is_title(text)]
    near = [text for _, text in outside]
    if not titles:
        titles = [text for text in inside[:3] if is_title(text)]
    if not titles:
        return None
    unit = unit_of(list(reversed(near))) or unit_of(inside[:8])
    return Table(table_of(titles[-1]) or "", clean_title(titles[-1]), unit)


def _areas(page: PageContent) -> list[Area]:
    return areas_of(page) or _unruled_areas(page)


def _unruled_areas(page: PageContent) -> list[Area]:
    """Tables without any line: what stands below a title and a unit, down to the next title."""
    lines = text_lines(list(page.words))
    texts = ["".join(word.text for word in line) for line in lines]
    starts = [
        index
        for index, text in enumerate(texts)
        if is_title(text) and unit_of(texts[index : index + 3])
    ]
    areas = []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=bool(starts)):
        begin = next(
            (index + 1 for index in range(start, min(start + 3, stop)) if unit_of([texts[index]])),
            start + 1,
        )
        body = [
            line
            for line, text in zip(lines[begin:stop], texts[begin:stop], strict=True)
            if not text.startswith("注") and not (text.strip("-—–").isdigit() and len(line) == 1)
        ]
        words = [word for line in body for word in line]
        if words:
            areas.append(
                Area(
                    min(word.left for word in words) - 4,
                    min(word.top for word in words) - 2,
                    max(word.right for word in words) + 4,
                    max(word.bottom for word in words) + 2,
                    (),
                    (),
                )
            )
    return areas
