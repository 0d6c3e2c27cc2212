"""Paths and levels of lines that print no code, from their enumerators."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.documents.budget.words import is_total, split_enumerator, split_part_of


@dataclass(slots=True)
class LabelChain:
    """Follows the labels of one column of lines from top to bottom.

    一、 holds 1. and （一）below it; a line without enumerator stands on the first level and holds
    what is enumerated below it; 其中： goes below the line before it; totals stand for themselves.
    """

    _open: list[tuple[str, str]] = field(default_factory=list)  # kind of enumerator, label

    def take(self, label: str) -> tuple[str, int]:
        """Path and level of the next label."""
        part_of, rest = split_part_of(label)
        kind, bare = split_enumerator(rest)
        if is_total(rest):
            self._open = []
            return bare, 0
        if part_of and self._open:
            path = [text for _, text in self._open] + [bare]
            return "/".join(path), len(path)
        kinds = [known for known, _ in self._open]
        if not kind:
            self._open = []
        elif kind in kinds:
            del self._open[kinds.index(kind) :]
        self._open.append((kind, bare))
        path = [text for _, text in self._open]
        return "/".join(path), len(path)


@dataclass(slots=True)
class Ordinals:
    """Tells equal paths of one table and side apart: the second becomes ``path#2``."""

    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def unique(self, side: str, path: str) -> str:
        """The path, with its ordinal from the second on."""
        count = self._seen.get((side, path), 0) + 1
        self._seen[side, path] = count
        return path if count == 1 else f"{path}#{count}"
