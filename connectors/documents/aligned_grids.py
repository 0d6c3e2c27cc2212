"""Grids without drawn lines, found by the alignment of their text. (made below)"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.documents.characters import Character
from connectors.documents.ruled_grids import Rule
from schemas.documents.document import Grid


def aligned_grid(
    characters: Sequence[Character], rules: Sequence[Rule], page_name: str, number: int
) -> tuple[Grid | None, list[Character]]:
    return None, list(characters)
