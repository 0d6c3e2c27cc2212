"""Why a query is not answered, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.message import Message, WrongUseError

SHOWN_CHOICES = 20


class QueryRefusedError(WrongUseError):
    """The query cannot be answered as it stands.

    Attributes:
        code: a stable word for programs, such as ``unknown_field``.
        parameter: what of the query is wrong: a field, with its operator where one was given, or
            ``sort``, ``cursor`` and so on.
        allowed: what could stand there, where that can be listed.
    """

    def __init__(
        self,
        code: str,
        parameter: str,
        what: Message,
        advice: Message,
        allowed: Sequence[str] = (),
    ) -> None:
        super().__init__(what, where=parameter, advice=advice)
        self.code = code
        self.parameter = parameter
        self.allowed = tuple(allowed)


class QueryTooHeavyError(QueryRefusedError):
    """The query takes longer or needs more memory than one query may."""


class VersionChangedError(QueryRefusedError):
    """The files of the version are being replaced at this moment (a withdrawal)."""


def listed(choices: Sequence[str]) -> Message:
    """A choice of words as a sentence of advice."""
    shown = list(choices[:SHOWN_CHOICES])
    rest = len(choices) - len(shown)
    more = Message(f"等 {len(choices)} 个", f" and {rest} more") if rest else Message("", "")
    return Message(f"可用：{'、'.join(shown)}{more.zh}。", f"Allowed: {', '.join(shown)}{more.en}.")


def unknown_field(parameter: str, name: str, choices: Sequence[str]) -> QueryRefusedError:
    """A name that is no field of the dataset."""
    return QueryRefusedError(
        "unknown_field",
        parameter,
        Message(f"没有字段“{name}”。", f"There is no field '{name}'."),
        listed(choices),
        choices,
    )


def too_many(parameter: str, most: int) -> QueryRefusedError:
    """More of something than one query may have."""
    return QueryRefusedError(
        "too_many",
        parameter,
        Message(f"个数超过上限 {most}。", f"There are more than {most}."),
        Message("请减少个数，或分几次查询。", "Give fewer, or ask in several queries."),
    )


def too_slow(seconds: float) -> QueryTooHeavyError:
    """A query that took longer than it may."""
    return QueryTooHeavyError(
        "too_slow",
        "query",
        Message(
            f"查询超过 {seconds:g} 秒，已停止。",
            f"The query took more than {seconds:g} seconds and was stopped.",
        ),
        Message("请增加筛选条件，或下载整个文件。", "Filter more, or download the whole file."),
    )


def too_large() -> QueryTooHeavyError:
    """A query that needs more memory than it may have."""
    return QueryTooHeavyError(
        "too_large",
        "query",
        Message("查询所需内存超过上限。", "The query needs more memory than it may have."),
        Message("请增加筛选条件，或下载整个文件。", "Filter more, or download the whole file."),
    )


def sum_too_large() -> QueryRefusedError:
    """A sum that no number of ours can hold."""
    return QueryRefusedError(
        "sum_too_large",
        "aggregate",
        Message("合计超过 38 位数字。", "A sum has more than 38 digits."),
        Message("请分组或筛选后再合计。", "Group or filter before summing."),
    )
