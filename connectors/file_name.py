"""The name a department gives a file: Content-Disposition (RFC 6266) or the end of the URL."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as HeaderMessage
from urllib.parse import unquote_to_bytes, urlsplit

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 200


def file_name(disposition: str | None, url: str) -> str:
    """The file's name without folders, control signs and direction marks.

    ``disposition`` is the header as http.client gives it (bytes read as Latin-1).
    """
    name = _from_disposition(disposition) if disposition else ""
    if not name:
        name = _decode(unquote_to_bytes(urlsplit(url).path.rpartition("/")[2]))
    name = _CONTROL.sub("", re.split(r"[/\\]", name)[-1]).strip().lstrip(".")
    return name[-_LONGEST:] or "download"


def _from_disposition(value: str) -> str:
    header = HeaderMessage()
    header["Content-Disposition"] = _CONTROL.sub("", value)
    parameters = header.get_params(header="Content-Disposition", unquote=True) or []
    plain = ""
    for key, text in parameters:
        if key.lower() != "filename":
            continue
        if isinstance(text, tuple):  # RFC 5987: charset'language'percent-encoded
            charset, _, encoded = text
            return _decode(str(encoded).encode("latin-1", "replace"), charset)
        plain = plain or text
    return _plain(plain)


def _plain(text: str) -> str:
    if text.startswith("=?"):
        try:
            return "".join(
                part if isinstance(part, str) else _decode(part, charset)
                for part, charset in decode_header(text)
            )
        except HeaderParseError:
            return text
    data = text.encode("latin-1", "replace")
    return _decode(unquote_to_bytes(data) if b"%" in data else data)


def _decode(data: bytes, charset: str | None = None) -> str:
    """Strictly by the declared charset, UTF-8, GB18030; then by what every byte has, Latin-1."""
    declared = (charset or "utf-8").lower()
    if declared in ("gbk", "gb2312", "cp936"):
        declared = "gb18030"
    for encoding in (declared, "utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
