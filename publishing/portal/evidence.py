"""What the portal may show of the document a row came from, and who is asked for it.

This room cannot read snapshots; ``flows`` hands in an :class:`EvidenceSource` that can. Everything
that comes back has passed the personal-data gate: it may be shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from publishing.reader import Trace
from schemas.message import Message


@dataclass(frozen=True, slots=True)
class CellCrop:
    """A picture of one cell and its headers, cut out of the page; all else on it is blank.

    ``png`` are the bytes of the picture, ``width`` and ``height`` its size in pixels.
    """

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CellEvidence:
    """One cell of the document.

    Attributes:
        place: where it stands, as a locator writes it.
        text: what stands there, before any conversion; None where it is not shown.
        headers: what stands above and beside it, from the outermost to the nearest.
        crop: the cell cut out of the page, where the document has pages.
        note: why text or picture are not shown, or shown redacted.
        is_recognised: True where the text was read off a picture.
    """

    place: str
    text: str | None
    headers: tuple[str, ...] = ()
    crop: CellCrop | None = None
    note: Message | None = None
    is_recognised: bool = False


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """Where one value comes from: cells, or a sentence where it comes from none.

    ``conversion`` says how the value was made of the text: a unit, a code list.
    """

    cells: tuple[CellEvidence, ...] = ()
    origin: Message | None = None
    conversion: Message | None = None


@dataclass(frozen=True, slots=True)
class UpstreamRow:
    """A row of another dataset that a derived row was computed from."""

    dataset: str
    version: int
    row_id: str


@dataclass(frozen=True, slots=True)
class RowEvidence:
    """What is known of a row beyond its locators.

    Attributes:
        fields: by field name; a field may be missing.
        upstream: the upstream rows that are known.
        trouble: why nothing of the document can be shown.
        is_final: False where asking again later may give more (the document is being read).
    """

    fields: Mapping[str, FieldEvidence] = field(default_factory=dict)
    upstream: tuple[UpstreamRow, ...] = ()
    trouble: Message | None = None
    is_final: bool = True


class EvidenceSource(Protocol):
    """Looks a released row's cells up in the archived document."""

    def evidence(self, trace: Trace) -> RowEvidence | None:
        """What may be shown of the cells of a row; None where nothing is known beyond ``trace``.

        Safe to call from many threads; answers within seconds whatever the size of the document.
        """
        ...
