"""CKAN's envelope around every answer, and its kinds of errors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

JSON_TYPE = "application/json; charset=utf-8"
BASE = "/api/3/action/"


class CkanError(Exception):
    """An error as CKAN tells it.

    Attributes:
        status: of HTTP.
        error: ``__type``, ``message``, and for wrong parameters the sentences by parameter.
    """

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        super().__init__(str(error))
        self.status = status
        self.error = dict(error)


def not_found(what: str) -> CkanError:
    """There is no such thing."""
    return CkanError(404, {"__type": "Not Found Error", "message": f"Not found: {what}"})


def invalid(parameter: str, *sentences: str) -> CkanError:
    """A parameter is missing or wrong."""
    return CkanError(409, {"__type": "Validation Error", parameter: list(sentences)})


def wrong_search(sentence: str) -> CkanError:
    """The query of ``package_search`` cannot be read."""
    return CkanError(
        400, {"__type": "Search Query Error", "message": f"Search Query is invalid: {sentence}"}
    )


def not_allowed(action: str) -> CkanError:
    """The action would change something, or is kept from the public."""
    return CkanError(
        403,
        {
            "__type": "Authorization Error",
            "message": f"Access denied: {action} is not open here. This portal can only be read; "
            "datasets are released by their publisher. 本站只读，数据由发布机构发布。",
        },
    )


class ExactRecords:
    """Records that are already JSON text, so that no digit of a decimal is lost."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def text(self) -> str:
        """The JSON array."""
        return f"[{','.join(self.lines)}]"


def succeeded(help_address: str, result: Any) -> Response:
    """An answer. ``records`` of a result may be :class:`ExactRecords`."""
    records = result.get("records") if isinstance(result, dict) else None
    if isinstance(records, ExactRecords):
        others = {name: value for name, value in result.items() if name != "records"}
        said = _json(others)[1:-1]
        body = f'{{{said},"records":{records.text()}}}'
    else:
        body = _json(result)
    return Response(
        f'{{"help":{_json(help_address)},"success":true,"result":{body}}}'.encode(),
        media_type=JSON_TYPE,
    )


def failed(help_address: str, error: CkanError) -> Response:
    """An error. What CKAN answers as a bare text (400), its clients expect as one."""
    body = {"help": help_address, "success": False, "error": error.error}
    return Response(_json(body).encode(), error.status, media_type=JSON_TYPE)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
