"""Reading the parameters of an action, from a URL (texts) or a JSON body (values)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from publishing.portal.ckan.envelopes import invalid

TRUE = ("true", "yes", "1", "on", "t", "y")
FALSE = ("false", "no", "0", "off", "f", "n", "")
MOST_CHARACTERS = 20_000


def json_value(text: str) -> Any:
    """The value of a JSON text. Raises ValueError and RecursionError; also for what can be read but
    not be answered with: NaN, infinite numbers, halves of surrogate pairs."""
    value = json.loads(text)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    return value


class Parameters:
    """The parameters of one call. Those an action does not know are passed over, as in CKAN:
    clients send more than is asked for."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def required(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if not value:
            raise invalid(name, "Missing value")
        return value

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        value = self._given.get(name)
        if value is None:
            return default
        if not isinstance(value, str | int | float) or len(str(value)) > MOST_CHARACTERS:
            raise invalid(name, "Must be a short text")
        return str(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = str(self._given.get(name, default)).strip().lower()
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise invalid(name, "Must be true or false")

    def whole(self, name: str, default: int, *, most: int | None = None) -> int:
        """A whole number from 0; a greater one than ``most`` is that, as in CKAN."""
        value = self._given.get(name)
        if value is None or value == "":
            return default
        text = str(value).strip()
        if isinstance(value, bool) or not text.isascii() or not text.isdecimal():
            raise invalid(name, "Must be a natural number")
        number = int(text[:12])
        return number if most is None else min(number, most)

    def names(self, name: str) -> list[str]:
        """A list: one of JSON, or texts with commas between."""
        value = self.structured(name)
        if value is None or value == "":
            return []
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return value
        raise invalid(name, "Must be a list of names")

    def structured(self, name: str) -> Any:
        """A value of JSON; in a URL it stands as text."""
        value = self._given.get(name)
        if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
            return value
        try:
            return json_value(value)
        except (ValueError, RecursionError):
            raise invalid(name, "Must be valid JSON") from None
