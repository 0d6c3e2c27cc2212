"""The base of all models of YAML files: strict types, no unknown keys."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, NoReturn

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from schemas.message import Message

SNAKE_CASE = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
Identifier = Annotated[str, Field(pattern=SNAKE_CASE, max_length=80)]


class StrictModel(BaseModel):
    """A model that refuses unknown keys and wrong types, and cannot be changed once read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Text(StrictModel):
    """A text for people in Chinese and in English. Both are required."""

    zh: str
    en: str

    def as_message(self) -> Message:
        """The same text as a :class:`~schemas.message.Message`."""
        return Message(self.zh, self.en)


def refuse(zh: str, en: str) -> NoReturn:
    """Refuse a value inside a validator, with a sentence in both languages."""
    raise PydanticCustomError("definition", "{en}", {"zh": zh, "en": en})


def iso_date(value: object) -> dt.date:
    """Read an ISO date written in YAML as text."""
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        refuse("必须是日期，例如 2026-03-01", "must be a date such as 2026-03-01")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        refuse("必须是日期，例如 2026-03-01", "must be a date such as 2026-03-01")


IsoDate = Annotated[
    dt.date,
    PlainValidator(iso_date, json_schema_input_type=str),
    PlainSerializer(lambda day: day.isoformat(), return_type=str, when_used="json"),
]
