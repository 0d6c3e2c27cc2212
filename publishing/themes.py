"""Titles of the themes that gongkai ships."""

from __future__ import annotations

from typing import Final

THEMES: Final[dict[str, tuple[str, str]]] = {
    "budget": ("财政预决算", "Budgets and final accounts"),
    "environment": ("生态环境", "Environment"),
    "land": ("土地", "Land"),
    "procurement": ("政府采购", "Government procurement"),
}


def theme_titles(theme: str) -> tuple[str, str]:
    """The title of a theme in Chinese and in English; another theme is shown by its own name."""
    return THEMES.get(theme, (theme, theme))
