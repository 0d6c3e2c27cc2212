"""The completeness proof by serial numbers: 1, 2, 3 … without a gap."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schemas.arrangement import Records
from schemas.finding import Finding
from schemas.layout_rules import LAYOUT_RULES

_NUMBER = re.compile(r"^\s*(\d+)\s*[.、．]?\s*$")


@dataclass(slots=True)
class SerialNumbers:
    """Watches the declared column. Each container counts from 1 on its own."""

    column: str | None
    _next: dict[str, int] = field(default_factory=dict)
    _gaps: list[str] = field(default_factory=list)
    _is_missing: bool = False

    def take(self, records: Records) -> None:
        """Look at the serial numbers of one chunk."""
        if self.column is None or not records.cells.height:
            return
        index = records.columns.find(self.column)
        if index is None:
            self._is_missing = True
            return
        container = records.table.container
        expected = self._next.get(container, 1)
        for cell in records.cells.get_column(str(index)):
            found = _NUMBER.match(cell or "")
            number = int(found[1]) if found else None
            if number != expected:
                self._gaps.append(f"{expected} → {cell or ''}")
            expected = (number if number is not None else expected) + 1
        self._next[container] = expected

    def findings(self) -> list[Finding]:
        """One finding where a number is missing or out of order."""
        if self.column is None or not (self._gaps or self._is_missing):
            return []
        told = "；".join(self._gaps[:5]) or "—"
        return [LAYOUT_RULES["LAY-10"].finding(column=self.column, value=told)]
