"""Version numbers in addresses: ``{version:number}`` in a route."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class NumberConvertor(Convertor[int]):
    """Nine digits at most: Python refuses to read very long numbers, and no version has one."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """As it stands in an address."""
        return str(value)


NUMBER = "number"
register_url_convertor(NUMBER, NumberConvertor())
