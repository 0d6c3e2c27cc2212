"""Whether what a booklet says in words of its amounts can be so: reasons, purposes, lists of parts.

Only plain words are judged (「…经费增加」 as the reason of a decrease); whatever is worded
otherwise is left to people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from expectations.budget_booklets import Booklet, Cell
from expectations.budget_narrative import cells_of
from schemas.documents.budget.said import FUNCTION
from schemas.documents.budget.subjects import plain_label

Statement = Mapping[str, str]
_PLAIN_REASON = re.compile(
    r"(?P<name>[^，、]*?)(?:经费|支出|费用|预算|资金)(?P<word>增加|增长|减少|下降|保持不变)"
)
_DIRECTIONS = {
    "增加": "increase",
    "增长": "increase",
    "减少": "decrease",
    "下降": "decrease",
    "保持不变": "equal",
}
_NOT_OF_THIS_YEAR = re.compile(r"上年|去年|年初|(?:19|20)\d{2}年|基数")
_NATURE = re.compile(r"(?P<nature>基本支出|项目支出)$")
_SEPARATORS = re.compile(r"[、，,；;]")
_AND = re.compile(r"和|及|以及|与")
_UNFINISHED = re.compile(r"等(?:支出|费用|项目|方面)?$")
KNOWN_SHARE = 0.6
"""A list is judged where at least so many of its names stand in the table."""
PERSONNEL, OPERATION = ("301", "303"), ("302", "307", "309", "310")


def contradicts_change(reason: Statement) -> bool:
    """Whether a reason is an increase where the amount falls, or the other way round."""
    matched = _PLAIN_REASON.fullmatch(reason["value"])
    if matched is None or _NOT_OF_THIS_YEAR.search(reason["value"]):
        return False
    given = {reason["direction"], _DIRECTIONS[matched["word"]]}
    return given == {"increase", "decrease"}


def other_item(booklet: Booklet, said: Statement) -> str:
    """The name of another item of the booklet that reason or purpose of an item speaks of, or
    ``""``."""
    if not said["subject"].startswith(FUNCTION):
        return ""
    words = said["value"]
    if said["statement_kind"] == "reason":
        matched = _PLAIN_REASON.fullmatch(words)
        words = matched["name"] if matched else ""
    spoken = plain_label(words)
    names = said["subject"].removeprefix(FUNCTION).split("/")
    own = {*names, *_names_of(names)}
    others = {
        name
        for one in booklet.of_kind("amount")
        if one["subject"].startswith(FUNCTION)
        for name in _names_of(one["subject"].removeprefix(FUNCTION).split("/"))
    }
    return spoken if spoken in others - own and names[-1] not in spoken else ""


def _names_of(names: list[str]) -> set[str]:
    """An item is called by its own name, or with that of its section before it."""
    return {names[-1], "".join(names[-2:])} if len(names) > 1 else set()


def wrong_nature(booklet: Booklet, purpose: Statement) -> tuple[Cell, str] | None:
    """The cell that shows that an item is no 基本支出 (or no 项目支出), as its purpose calls it."""
    matched = _NATURE.search(purpose["value"])
    if matched is None:
        return None
    named = matched["nature"]
    other = {"基本支出": "项目支出", "项目支出": "基本支出"}[named]
    totals = cells_of(booklet, {**purpose, "role": "current"})
    lines = dict.fromkeys((cell.table, cell.path) for cell in totals)
    of_item = [cell for line in lines for cell in booklet.cells if (cell.table, cell.path) == line]
    if any(cell.measure.startswith(named) and cell.amount != 0 for cell in of_item):
        return None
    whole = [cell for cell in of_item if cell.measure.startswith(other) and cell.amount != 0]
    return (whole[0], other) if whole else None


def wrong_parts(booklet: Booklet, parts: Statement) -> tuple[Cell, list[str], list[str]] | None:
    """For a list of what 人员经费 or 公用经费 are made of: the cell of the sum, names without an
    amount in the table, and amounts of the table that are not named."""
    sums = [
        cell
        for cell in cells_of(booklet, {**parts, "role": "current"})
        if cell.number == 6 and cell.amount != 0
    ]
    classes = PERSONNEL if parts["subject"] == "personnel" else OPERATION
    printed = {
        _name(cell.label): cell.label
        for cell in booklet.cells
        if cell.number == 6 and len(cell.code) == 5 and cell.code.startswith(classes)
        if cell.amount != 0
    }
    named = list(_listed(parts["value"], printed))
    known = [name for name in named if _name(name) in printed]
    if not sums or not named or len(known) < KNOWN_SHARE * len(named):
        return None
    absent = [name for name in named if _name(name) not in printed]
    is_whole = not _UNFINISHED.search(parts["value"])
    unnamed = [
        label for name, label in printed.items() if name not in {_name(one) for one in named}
    ]
    wrong = absent, unnamed if is_whole else []
    return (sums[0], *wrong) if any(wrong) else None


def _listed(text: str, printed: Mapping[str, str]) -> Iterator[str]:
    """The names of a list; 「A和B」 is two where the table has no such line but one of them."""
    for name in _SEPARATORS.split(_UNFINISHED.sub("", text)):
        pieces = _AND.split(name)
        if _name(name) not in printed and any(_name(piece) in printed for piece in pieces):
            yield from pieces
        elif name:
            yield name


def _name(label: str) -> str:
    """Names of costs are written with and without 支出 and 费用."""
    return re.sub(r"(?:支出|费用|费)$", "", plain_label(label))
