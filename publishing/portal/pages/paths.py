"""All pages of a site: what is exported as a static copy and what tests visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from publishing.portal.pages.languages import LANGUAGES

if TYPE_CHECKING:
    from publishing.portal.application import Portal


def fixed_pages(_portal: Portal) -> Iterable[str]:
    """Pages that every site has."""
    return ("/", "/about/")


PAGES: tuple[Callable[[Portal], Iterable[str]], ...] = (fixed_pages,)
"""Each gives paths without language."""


def page_paths(portal: Portal) -> list[str]:
    """The path of every page in every language, without queries."""
    return [
        f"{language.prefix}{path}"
        for language in LANGUAGES
        for pages in PAGES
        for path in pages(portal)
    ]
