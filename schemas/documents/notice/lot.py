"""Lots of a notice: 采购包1, 标项二, 第三包, A包, and what titles say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schemas.casting.chinese_numeral import chinese_number
from schemas.documents.notice.wording import fold

_WORD = r"(?:采购包|合同包|标包|标项|标段|分包|分标|包组|包件|子包|包)"
_ORDINAL = r"(?:[A-Za-z]?\d{1,3}|[A-Z]|[一二三四五六七八九十]{1,3})"
_NAME = r"(?:\s*[(](?P<{0}>[^()]*(?:[(][^()]*[)][^()]*)*)[)])?"
_MARKER = re.compile(
    rf"^\s*(?:(?:第\s*)?{_WORD}\s*(?:号\s*)?[:]?\s*(?P<after>{_ORDINAL})(?![\d.A-Za-z]){_NAME.format('name1')}"
    rf"|第?\s*(?P<before>{_ORDINAL})\s*(?:号|个)?{_WORD}{_NAME.format('name2')})"
    r"\s*(?P<colon>[:,，、\s]|(?=[^\u4e00-\u9fa5])|$|(?=废标|流标|采购失败|供应商|中标|成交))"
)
_IN_TITLE = re.compile(
    rf"(?:第\s*(?P<a>{_ORDINAL})\s*{_WORD}|{_WORD}\s*[:]?\s*(?P<b>{_ORDINAL})(?![\d])|(?<![\dA-Za-z])(?P<c>\d{{1,2}}|[A-Z])\s*(?:号)?{_WORD}(?![\u4e00-\u9fa5]*服务))"
    r"(?P<name>\s*[::](?P<text>[^()]{2,60}))?"
)


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as the notice names it; number and name are empty for a notice without lots.

    ``place`` is where it is named; it makes no difference between lots.
    """

    number: str = ""
    name: str = ""
    place: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return bool(self.number or self.name)


NO_LOT = Lot()


def lot_number(text: str) -> str:
    """The number as lots are compared: 第一包, 采购包1, 1包 are 1; others stay as printed."""
    plain = re.sub(r"\s+", "", fold(text)).strip(":")
    found = re.fullmatch(rf"(?:第?{_WORD}?号?)?第?({_ORDINAL})(?:号|个)?{_WORD}?", plain)
    if found is None:
        return text.strip()
    number = chinese_number(found[1])
    if number is not None:
        return str(number)
    return str(int(found[1])) if found[1].isdigit() else found[1]


def lot_marker(text: str) -> tuple[Lot, int] | None:
    """The lot that a line opens, 「合同包2（物业）：废标」, and where its marker ends."""
    folded = fold(text)
    found = _MARKER.match(folded)
    if found is None:
        return None
    ordinal = found["after"] or found["before"]
    group = "name1" if found["after"] else "name2"
    name = text[found.start(group) : found.end(group)] if found[group] else ""
    return Lot(lot_number(ordinal), name.strip()), found.end()


def lot_of_title(title: str) -> Lot:
    """The only lot a title names, （第一包：法律服务项目）; none where it names several."""
    found = list(_IN_TITLE.finditer(fold(title)))
    numbers = {lot_number(match["a"] or match["b"] or match["c"]) for match in found}
    if len(numbers) != 1:
        return NO_LOT
    match = found[-1]
    named = title[match.start("text") : match.end("text")].strip() if match["name"] else ""
    return Lot(numbers.pop(), named)
