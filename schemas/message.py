"""Sentences for people, in Chinese and English, and the errors that carry them.

Every message says what happened, where, and what to do. Chinese comes first because the
people who read messages at night and in the morning read Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in the two languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence in ``zh…`` or, for any other tag, in English."""
        return self.zh if language.lower().startswith("zh") else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


_ENDINGS = ("。", "！", "？", "；", "：", ".", "!", "?", ";", ":", "…", "\n")


def joined(what: Message, advice: Message) -> Message:
    """What happened and what to do, as two sentences."""
    return Message(
        what.zh + ("" if not what.zh or what.zh.endswith(_ENDINGS) else "。") + advice.zh,
        what.en + ("" if not what.en or what.en.endswith(_ENDINGS) else ".") + " " + advice.en,
    )


class GongkaiError(Exception):
    """Something a person has to know of: what happened, where, and what to do.

    Raised for whole-file or whole-run trouble. One bad row is a finding, not an exception.
    """

    def __init__(self, what: Message, *, where: str = "", advice: Message | None = None) -> None:
        super().__init__(what.en)
        self.what = what
        self.where = where
        self.advice = advice or Message("", "")

    def message(self) -> Message:
        """The whole text (where, what, what to do) as one message."""
        prefix = f"{self.where}: " if self.where else ""
        whole = joined(self.what, self.advice)
        return Message(f"{prefix}{whole.zh}", f"{prefix}{whole.en}".strip())

    def __str__(self) -> str:
        return str(self.message())


class DefinitionError(GongkaiError):
    """A dataset, layout, source or site file is wrong; nothing runs (exit code 2)."""


class WrongUseError(GongkaiError):
    """A command was given something it cannot mean (exit code 2)."""


class FetchError(GongkaiError):
    """Bytes could not be got from a department. The run ends as ``failed``."""


class IncompleteFetchError(FetchError):
    """Bytes came, but the connector cannot show that they are all. The run ends as ``partial``."""


class UnreadableFileError(GongkaiError):
    """A snapshot cannot be read as what the source file says. The run ends as ``failed``."""


class GateError(GongkaiError):
    """A gate refuses the batch or the release. The run ends as ``held`` or ``refused``."""
