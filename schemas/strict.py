"""The base of all models of YAML files: strict types, no unknown keys."""

from __future__ import annotations

from typing import NoReturn

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from schemas.message import Message


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
