"""The personal-data gate for what stands in a document, in doubt closed.

The same gate as for released data (``expectations.personal_data``) judges the text of a cell as
if it were the field's value. A cell may hold more than its field does (a whole line of a notice),
so beyond it nothing is shown that repeats a masked name, or that names a person by a label.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from expectations.personal_data import screen, screen_name, screen_text
from schemas.dataset import Dataset, DatasetField, PrivacyClass

NAME_CLASSES = (PrivacyClass.PERSON_NAME, PrivacyClass.PERSON_OR_ORGANIZATION)
_NAMES_A_PERSON = re.compile(
    r"联\s*系\s*人|经\s*办\s*人?|负\s*责\s*人|法\s*定\s*代\s*表|法\s*人\s*代\s*表|代\s*理\s*人|"
    r"专\s*家|评\s*委|评\s*审\s*(?:小组|委员|人员|成员)|谈判小组|采购人代表|签\s*字|签\s*名|姓\s*名|"
    r"身\s*份\s*证|经\s*理|户\s*主|电\s*话|手\s*机|住\s*址"
)
_LONG_NUMBER = re.compile(r"(?:[0-9０-９][\s\-—–.,，·]?){11,}")
_DOUBTFUL = "\ufffd"
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text as it may be shown; ``text`` None where it may not be. ``is_whole`` is True where
    nothing was redacted, so that a picture shows no more."""

    text: str | None
    is_whole: bool = True


@dataclass(slots=True)
class Gate:
    """Judges texts for one row.

    ``row`` is the row as released; ``private`` are names that the gate masked in this document.
    """

    dataset: Dataset
    office_phones: tuple[str, ...]
    today: dt.date
    row: Mapping[str, Any] = field(default_factory=dict)
    private: frozenset[str] = frozenset()

    def cell(self, item: DatasetField, text: str, *, is_value: bool) -> ShownText:
        """The text of a field's cell. ``is_value`` is True where the cell holds the value alone,
        False where it may say more (a line of a notice, a cell of running text)."""
        if not is_value and item.privacy in NAME_CLASSES:
            redacted: str | None = text  # the name itself has passed the gate, with its value
        else:
            redacted = self._as_field(item, text)
        keeps_numbers = is_value and item.privacy is PrivacyClass.IDENTIFIER
        if redacted is not None and not keeps_numbers:
            redacted, safe = self._redacted(redacted)
            if not safe:
                return ShownText(None, is_whole=False)
        if redacted is None or self._repeats_a_name(text):
            return ShownText(None, is_whole=False)
        if not is_value and _NAMES_A_PERSON.search(text):
            return ShownText(None, is_whole=False)
        return ShownText(redacted, is_whole=redacted == text)

    def header(self, text: str) -> str | None:
        """A header as it may be shown; None where it may not be at all."""
        redacted, safe = self._redacted(text)
        if not safe or redacted != text or self._repeats_a_name(text):
            return None
        return text

    def may_be_pictured(self, text: str, confidence: float | None) -> bool:
        """Whether a picture of the text shows no more than the text: what was recognised may have
        been misread, so long numbers and doubtful readings are not pictured."""
        if confidence is None:
            return _DOUBTFUL not in text
        return confidence >= LEAST_CONFIDENCE and not (
            _LONG_NUMBER.search(text) or _DOUBTFUL in text
        )

    def _redacted(self, text: str) -> tuple[str, bool]:
        """The text without personal numbers, and False where it holds what is only told of."""
        redacted, hits = screen_text(text, office_phones=self.office_phones, today=self.today)
        return redacted, all(hit.replacement is not None for hit in hits)

    def _as_field(self, item: DatasetField, text: str) -> str | None:
        """What the gate makes of the text as the field's value; None where it masks a name."""
        frame = pl.DataFrame({item.name: [text]}, schema={item.name: pl.String()})
        if item.kind_field is not None and item.privacy not in NAME_CLASSES:
            kind = self.row.get(item.kind_field)
            frame = frame.with_columns(pl.lit(kind, dtype=pl.String).alias(item.kind_field))
        elif item.kind_field is not None:
            nothing = pl.lit(None, dtype=pl.String)
            frame = frame.with_columns(nothing.alias(item.kind_field))
        passed = screen(frame, self.dataset, office_phones=self.office_phones, today=self.today)
        if passed.held_rows or any(passed.masked_names.values()):
            return None
        return str(passed.frame.item(0, item.name))

    def _repeats_a_name(self, text: str) -> bool:
        bare = "".join(text.split())
        return any(name in bare for name in self.private)


LEAST_CONFIDENCE = 0.6


def masked_names(items: Iterable[tuple[DatasetField, Collection[str]]]) -> frozenset[str]:
    """Those of the texts in name fields in which the gate masks a name, and each part of them."""
    found: set[str] = set()
    for item, texts in items:
        person_only = item.privacy is PrivacyClass.PERSON_NAME
        for text in texts:
            if screen_name(text, always_person=person_only).masked:
                parts = re.split(r"[\s、,，;；/（）()：:]+", text)
                found |= {part for part in (*parts, "".join(text.split())) if part}
    return frozenset(name for name in found if len(name) >= SHORTEST_NAME)
