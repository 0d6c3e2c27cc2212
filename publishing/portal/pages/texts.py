"""The words of the pages: one catalogue, complete in both languages.

``texts/<part>.yml`` holds the texts of one part of the portal under ``key: {zh, en}``; ``one`` is
the English text where the number ``n`` is 1. ``{name}`` is filled in.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from publishing.portal.pages.languages import Language
from schemas.strict import StrictModel
from schemas.yaml_file import load_yaml

TEXTS = Path(__file__).with_name("texts")


class PageText(StrictModel):
    """One text of the pages in both languages."""

    zh: str
    en: str
    one: str | None = None

    def pattern(self, language: Language, number: object) -> str:
        """The text to fill in."""
        if language.key == "zh":
            return self.zh
        return self.one if self.one is not None and number == 1 else self.en


@cache
def catalogue() -> dict[str, PageText]:
    """All texts by ``<part>.<key>``."""
    return {
        f"{file.stem}.{key}": PageText.model_validate(given)
        for file in sorted(TEXTS.glob("*.yml"))
        for key, given in load_yaml(file).data.items()
    }


def text_of(key: str, language: Language, **parts: object) -> Markup:
    """A text, its parts escaped unless they are markup already. Raises KeyError for an unknown
    key or a part that is not given."""
    pattern = catalogue()[key].pattern(language, parts.get("n"))
    shown = {
        name: f"{part:,}" if isinstance(part, int) and not isinstance(part, bool) else part
        for name, part in parts.items()
    }
    return escape(pattern).format(**shown)
