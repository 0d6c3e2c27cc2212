"""Finding the column of a raw table that a layout refers to. By name, never by guess."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

from schemas.units import Unit, unit_in_header

_PHYSICAL = re.compile(r"^@(?:(?P<letter>[A-Za-z]{1,3})|(?P<number>[0-9]{1,5}))$")
_ORDINAL = re.compile(r"^(?P<name>.+)#(?P<ordinal>[1-9][0-9]?)$")


def normalized_header(text: str) -> str:
    """Headers are compared without blanks, line breaks and differences of width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def physical_column(reference: str) -> int | None:
    """The 0-based index of ``@J`` or ``@10``; None for any other reference."""
    found = _PHYSICAL.match(reference)
    if found is None:
        return None
    if found["number"]:
        return int(found["number"]) - 1
    index = 0
    for letter in found["letter"].upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


class ColumnIndex:
    """The columns of one container by name.

    A name is matched whole first, then without the unit in brackets at its end
    (``成交价格`` finds ``成交价格(万元)``).
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.units: list[Unit | None] = []
        self._whole: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}
        for index, name in enumerate(names):
            self._whole.setdefault(normalized_header(name), []).append(index)
            split = unit_in_header(name)
            self.units.append(split[1] if split else None)
            bare = normalized_header(split[0] if split else name)
            self._bare.setdefault(bare, []).append(index)

    def find(self, reference: str) -> int | None:
        """The 0-based column, or None where there is none of that name.

        Of several columns with the same name the first is meant unless ``#2`` … says otherwise.
        A column that is really called ``@id`` (an XML attribute) goes before column letters.
        """
        wanted, ordinal = normalized_header(reference), 1
        physical = None if wanted in self._whole else physical_column(reference)
        if physical is not None:
            return physical if physical < len(self.names) else None
        for table in (self._whole, self._bare):
            if wanted in table:
                return table[wanted][0]
        numbered = _ORDINAL.match(reference)
        if numbered:
            wanted, ordinal = normalized_header(numbered["name"]), int(numbered["ordinal"])
            for table in (self._whole, self._bare):
                if len(table.get(wanted, ())) >= ordinal:
                    return table[wanted][ordinal - 1]
        return None

    def all_of(self, reference: str) -> list[int]:
        """Every column a reference of ``ignore`` means: ``paid_plan/*`` is all below paid_plan."""
        if reference.endswith("/*"):
            prefix = normalized_header(reference[:-1])
            return [
                i for i, name in enumerate(self.names) if normalized_header(name).startswith(prefix)
            ]
        found = self.find(reference)
        return [] if found is None else [found]

    def is_ambiguous(self, reference: str) -> bool:
        """True where several columns bear that very name and the reference does not say which."""
        wanted = normalized_header(reference)
        return physical_column(reference) is None and (
            len(self._whole.get(wanted, ())) > 1
            or (wanted not in self._whole and len(self._bare.get(wanted, ())) > 1)
        )

    def close_to(self, reference: str) -> list[str]:
        """Names like the wanted one, for messages."""
        return difflib.get_close_matches(reference, [name for name in self.names if name], n=3)
