"""What a passage says in words about its amounts: reasons of a change, purposes, what a sum is made
of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.documents.budget.leads import CHAIN
from schemas.documents.budget.passages import folded
from schemas.documents.budget.said import FUNCTION, Said
from schemas.documents.budget.subjects import chain_of

_REASON = re.compile(r"主要原因(?:是|为)?[：:，,]?(?P<said>[^。；！]+)")
_PURPOSE = re.compile(r"主要用于[：:]?(?P<said>[^。；！，]+)")
_PARTS = re.compile(
    r"(?P<sum>人员经费|公用经费)[^。；，：]*?(?:元|%)[^。；：]{0,12}?主要(?:包括|用于)[：:]?(?P<said>[^。；]+)"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Something said in words.

    Attributes:
        kind: ``reason``, ``purpose`` or ``parts``.
        offset: where it stands in the passage.
        label, subject: what it is about, as in statements.
        value: the words.
        direction: of a reason: what it explains (increase, decrease, equal).
        change: of a reason: the change as printed.
    """

    kind: str
    offset: int
    label: str
    subject: str
    value: str
    direction: str = ""
    change: str = ""


def wordings_in(text: str, said: Sequence[Said]) -> Iterator[Wording]:
    """Reasons, purposes and lists of parts in a passage whose numbers were read."""
    plain = folded(text)
    chains = [(one.start(), one[0]) for one in CHAIN.finditer(plain)]
    for matched in _REASON.finditer(plain):
        growth = [one for one in said if one.kind == "growth" and one.offset < matched.start()]
        label, subject = _about(chains, matched.start())
        direction = growth[-1].direction if growth else ""
        change = f"{growth[-1].value}{growth[-1].unit}" if growth else ""
        said_of = (label or (growth[-1].label if growth else ""), subject, matched["said"])
        yield Wording("reason", matched.start(), *said_of, direction, change)
    for matched in _PURPOSE.finditer(plain):
        label, subject = _about(chains, matched.start())
        if subject:
            yield Wording("purpose", matched.start(), label, subject, matched["said"])
    for matched in _PARTS.finditer(plain):
        subject = "personnel" if matched["sum"] == "人员经费" else "operation"
        yield Wording("parts", matched.start(), matched["sum"], subject, matched["said"])


def _about(chains: Sequence[tuple[int, str]], offset: int) -> tuple[str, str]:
    """Label and subject of the item that was named last before an offset."""
    before = [label for start, label in chains if start < offset]
    if not before:
        return "", ""
    return before[-1], FUNCTION + "/".join(chain_of(before[-1]))
