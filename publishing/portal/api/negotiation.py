"""The format of an answer: by the parameter ``format``, else by ``Accept`` (RFC 9110 12.5.1)."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from publishing.portal.api.problems import ProblemError
from publishing.queries.refusals import QueryRefusedError, listed
from schemas.message import Message, joined


class Format(StrEnum):
    """What rows are written as."""

    JSON = "json"
    CSV = "csv"
    NDJSON = "ndjson"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.NDJSON: "application/x-ndjson",
}
_NAMES = {
    "application/json": Format.JSON,
    "text/csv": Format.CSV,
    "application/x-ndjson": Format.NDJSON,
    "application/ndjson": Format.NDJSON,
    "application/jsonl": Format.NDJSON,
}
_RANGES = {"*/*": 0, "application/*": 1, "text/*": 1}


def content_type(chosen: Format) -> str:
    """The header of an answer."""
    return f"{MEDIA_TYPES[chosen]}; charset=utf-8" if chosen is Format.CSV else MEDIA_TYPES[chosen]


def chosen_format(parameter: str | None, accept: str | None) -> Format:
    """The format asked for.

    Raises:
        QueryRefusedError: the parameter names none (``unknown_format``).
        ProblemError: 406, where ``Accept`` allows none.
    """
    if parameter is not None:
        if parameter not in list(Format):
            raise QueryRefusedError(
                "unknown_format",
                "format",
                Message(f"没有格式“{parameter}”。", f"There is no format '{parameter}'."),
                listed(list(Format)),
                list(Format),
            )
        return Format(parameter)
    if not accept or accept == "*/*":
        return Format.JSON
    best = max(Format, key=lambda one: (_quality(one, accept), one is Format.JSON))
    if _quality(best, accept) <= 0:
        raise not_acceptable(list(MEDIA_TYPES.values()))
    return best


def not_acceptable(there_are: list[str]) -> ProblemError:
    """406: what there is is not what ``Accept`` asks for."""
    what = Message("没有 Accept 所要求的格式。", "There is no format that Accept asks for.")
    return ProblemError(
        HTTPStatus.NOT_ACCEPTABLE,
        "not_acceptable",
        joined(what, listed(there_are)),
        allowed=there_are,
    )


def accepts_json(accept: str | None) -> bool:
    """Whether an answer that is only there in JSON may be given."""
    return not accept or _quality(Format.JSON, accept) > 0


def _quality(one: Format, accept: str) -> float:
    """How much a format is wanted: by the most specific range that fits."""
    found: tuple[int, float] = (-1, 0.0)
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if _NAMES.get(name) is one:
            precision = 2
        elif name in _RANGES and (name == "*/*" or MEDIA_TYPES[one].startswith(name[:-1])):
            precision = _RANGES[name]
        else:
            continue
        if precision > found[0]:
            found = (precision, _weight(parameters))
    return found[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
