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
_EXPLAINED = re.compile(
    r"(?:(?P<up>大于|高于|多于|超过|增加|增长|上升)|(?P<down>小于|低于|少于|减少|下降|降低))[^，。；]*的?$"
)
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
        label, subject = _about(chains, matched.start())
        named, direction, change = _explained(plain, matched.start(), said)
        words = (label or named, subject, matched["said"])
        yield Wording("reason", matched.start(), *words, direction, change)
    for matched in _PURPOSE.finditer(plain):
        label, subject = _about(chains, matched.start())
        if subject:
            yield Wording("purpose", matched.start(), label, subject, matched["said"])
    for matched in _PARTS.finditer(plain):
        subject = "personnel" if matched["sum"] == "人员经费" else "operation"
        yield Wording("parts", matched.start(), matched["sum"], subject, matched["said"])


def _explained(plain: str, offset: int, said: Sequence[Said]) -> tuple[str, str, str]:
    """Label, direction and change as printed of what a reason explains: what stands right before
    it (决算数小于预算数的主要原因), else the growth said last."""
    growth = [one for one in said if one.kind == "growth" and one.offset < offset]
    label, direction, change = "", "", ""
    if growth:
        last = growth[-1]
        label, direction, change = last.label, last.direction, f"{last.value}{last.unit}"
    begin = max(plain.rfind(sign, 0, offset) for sign in "，。；：") + 1
    explained = _EXPLAINED.search(plain, begin, offset)
    if explained is None:
        return label, direction, change
    return label, "increase" if explained["up"] else "decrease", explained[0].removesuffix("的")


def _about(chains: Sequence[tuple[int, str]], offset: int) -> tuple[str, str]:
    """Label and subject of the item that was named last before an offset."""
    before = [label for start, label in chains if start < offset]
    if not before:
        return "", ""
    return before[-1], FUNCTION + "/".join(chain_of(before[-1]))
