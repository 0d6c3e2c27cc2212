"""The two languages of the pages, and which one an address asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Endpoint = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages.

    Attributes:
        key: ``zh`` or ``en``, as in the texts of our files.
        tag: of HTML and HTTP (BCP 47).
        prefix: what its addresses begin with.
        name: in itself.
    """

    key: str
    tag: str
    prefix: str
    name: str


CHINESE = Language("zh", "zh-CN", "", "中文")
ENGLISH = Language("en", "en", "/en", "English")
LANGUAGES = (CHINESE, ENGLISH)


def language_of(path: str) -> Language:
    """The language of an address."""
    inside = path == ENGLISH.prefix or path.startswith(f"{ENGLISH.prefix}/")
    return ENGLISH if inside else CHINESE


def path_without_language(path: str) -> str:
    """The same path without its language: what both languages share."""
    return path.removeprefix(language_of(path).prefix) or "/"


def in_both_languages(path: str, endpoint: Endpoint) -> list[Route]:
    """The routes of a page: ``path`` for Chinese, ``/en`` + ``path`` for English."""
    return [Route(f"{one.prefix}{path}", endpoint, methods=["GET"]) for one in LANGUAGES]
