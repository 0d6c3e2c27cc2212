"""What a JSON reply says: its records, its totals, whether it is a reply or an error."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.completeness import decode_json
from schemas.connector_options import ApiConnector, Success
from schemas.message import FetchError, IncompleteFetchError, Message

_MISSING = object()
_ADVICE = Message(
    "请用浏览器或 curl 查看该接口的返回，并核对来源文件中的路径。",
    "Look at the reply of the API, and check the pointers in the source file.",
)


def at_pointer(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer (RFC 6901), or a mark that there is none."""
    value = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isascii() and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else _MISSING
        else:
            return _MISSING
    return value


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an API, as far as paging is concerned.

    Attributes:
        identities: of each record the declared key, or where there is none a digest of it all.
        total: how many records there are, as this page says.
        pages: how many pages there are, as this page says.
        cursor: what asks for the next page; None at the end.
    """

    identities: tuple[str, ...]
    total: int | None
    pages: int | None
    cursor: str | None

    def count(self) -> int | None:
        """The total or, where there is none, the number of pages."""
        return self.pages if self.total is None else self.total


def read_page(path: Path, options: ApiConnector, where: str) -> Page:
    """Read one archived page.

    Raises:
        IncompleteFetchError: the JSON is cut.
        FetchError: the reply says that it is an error, or holds no array of records.
    """
    document = _parse(path, where)
    if options.success is not None:
        _check_success(document, options.success, where)
    paging = options.paging
    total = _count(document, paging.total if paging else None, where)
    pages = _count(document, paging.pages if paging else None, where)
    records = at_pointer(document, options.records)
    if (records is None or records is _MISSING) and 0 in (total, pages):
        records = []
    if not isinstance(records, list):
        raise _wrong(
            f"返回中 {options.records or '/'} 处没有记录数组",
            f"The reply has no array of records at {options.records or '/'}",
            where,
        )
    cursor = at_pointer(document, paging.next_cursor) if paging and paging.next_cursor else None
    return Page(
        identities=tuple(_identity(record, options.key, where) for record in records),
        total=total,
        pages=pages,
        cursor=None if cursor in (_MISSING, None, "", False) else str(cursor),
    )


def _parse(path: Path, where: str) -> Any:
    try:
        return json.loads(decode_json(path.read_bytes(), where), parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        raise IncompleteFetchError(
            Message("接口返回的 JSON 不完整或有错。", "The reply is no whole JSON document."),
            where=where,
            advice=Message("请稍后重新运行。", "Run again later."),
        ) from error


def _check_success(document: Any, success: Success, where: str) -> None:
    value = at_pointer(document, success.pointer)
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    if value is _MISSING or text not in success.equals:
        shown = "—" if value is _MISSING else text
        hint = _error_text(document)
        raise _wrong(
            f"接口报告失败：{success.pointer} = {shown}{hint}",
            f"The API reports a failure: {success.pointer} = {shown}{hint}",
            where,
        )


def _error_text(document: Any) -> str:
    """What the department's system says about it, if it says something."""
    if isinstance(document, dict):
        for name in ("msg", "message", "error", "errmsg", "errorMsg", "resultMsg"):
            if isinstance(document.get(name), str):
                return f" ({document[name][:200]})"
    return ""


def _count(document: Any, pointer: str | None, where: str) -> int | None:
    if pointer is None:
        return None
    value = at_pointer(document, pointer)
    text = str(value).strip() if isinstance(value, int | str) else ""
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()):
        raise _wrong(f"返回中 {pointer} 处没有总数", f"The reply has no number at {pointer}", where)
    return int(text)


def _identity(record: Any, key: str | None, where: str) -> str:
    if key is None:
        text = json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    value = at_pointer(record, "/" + key.lstrip("/"))
    if value is None or value is _MISSING or isinstance(value, dict | list):
        raise _wrong(f"有记录没有主键 {key}", f"A record has no key {key}", where)
    return str(value)


def _wrong(zh: str, en: str, where: str) -> FetchError:
    return FetchError(Message(f"{zh}。", f"{en}."), where=where, advice=_ADVICE)
