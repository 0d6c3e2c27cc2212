"""Writing YAML for people: short things on one line, with comments behind and between."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_PLAIN = re.compile(
    r"^[A-Za-z_\u3400-\u9fff\u0370-\u03ff\u2160-\u217f/\\]"
    r"[\w./()（）\u3400-\u9fff+*℃%-]*( [\w./()（）\u3400-\u9fff]+)*$"
)
_NOT_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "~"}


def scalar(value: object) -> str:
    """One value as YAML reads it back: texts are quoted where they could be taken for more."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if _PLAIN.match(text) and text.lower() not in _NOT_TEXT:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in quoted)


def _escaped(sign: str) -> str:
    """YAML refuses characters that cannot be seen; between double quotes it reads their numbers."""
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"


def flow(value: object) -> str:
    """A value on one line: ``{from: 面积, unit: ha}``, ``[a, b]`` or a scalar."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def comment(text: str) -> str:
    """A text that cannot leave its comment."""
    visible = "".join(sign if sign.isprintable() else " " for sign in text)
    return "# " + " ".join(visible.split())
