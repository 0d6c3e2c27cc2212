"""The sentences with which a whole file is refused."""

from __future__ import annotations

from schemas.message import Message, UnreadableFileError


def refuse(zh: str, en: str, advice_zh: str = "", advice_en: str = "") -> UnreadableFileError:
    """An error that says what the file is and what to do; ``where`` is filled in by ``read``."""
    return UnreadableFileError(Message(zh, en), advice=Message(advice_zh, advice_en))
