"""Rendering a page: language, words, addresses, headers, ETag."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from publishing.portal.pages import formatting, highlighting
from publishing.portal.pages.assets import asset_name
from publishing.portal.pages.charts import charts_of
from publishing.portal.pages.languages import LANGUAGES, Language, language_of
from publishing.portal.pages.navigation import NAVIGATION, Address, address_of
from publishing.portal.pages.texts import text_of
from publishing.portal.portal import Portal

HERE = Path(__file__).parent
KEPT_BYTES = 64 << 20
LARGEST_KEPT = 1 << 20
"""An address repeats its query in the page: anybody can ask for many large ones."""
CACHE_CONTROL = "public, max-age=0, must-revalidate"


def portal_of(request: Request) -> Portal:
    """The services of the portal that a request came to."""
    portal: Portal = request.app.state.portal
    return portal


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page from a template, with what the base template needs."""
    body = _rendered(request, template, context)
    return _response(request, body, hashlib.sha256(body).hexdigest()[:32], status)


def answer(
    request: Request, template: str, made_of: object, context: Callable[[], Mapping[str, Any]]
) -> Response:
    """A page that is made only where what it is ``made_of`` (versions, and the hour where it tells
    an age) has changed since it was last made; 304 where the reader has it."""
    site = request.app.state.portal.published.site
    said = repr((made_of, request.url.path, request.url.query, template, templates_digest(), site))
    etag = hashlib.sha256(said.encode()).hexdigest()[:32]
    if _is_known(request, etag):
        return _response(request, b"", etag, 304)
    kept: KeptPages = request.app.state.kept_pages
    body = kept.get(etag)
    if body is None:
        body = _rendered(request, template, context())
        kept.keep(etag, body)
    return _response(request, body, etag, 200)


class KeptPages:
    """The pages made last, by ETag. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, etag: str) -> bytes | None:
        """A page, None where it is not kept."""
        with self._lock:
            if etag in self._pages:
                self._pages.move_to_end(etag)
            return self._pages.get(etag)

    def keep(self, etag: str, body: bytes) -> None:
        """Keep a page; the one that was not asked for the longest goes."""
        if len(body) > LARGEST_KEPT:
            return
        with self._lock:
            self._bytes += len(body) - len(self._pages.pop(etag, b""))
            self._pages[etag] = body
            while self._bytes > KEPT_BYTES:
                self._bytes -= len(self._pages.popitem(last=False)[1])


@cache
def templates_digest() -> str:
    """Names the state of everything pages are made with: a new program makes new pages."""
    digest = hashlib.sha256()
    for file in sorted(path for path in HERE.parent.rglob("*") if path.is_file()):
        if file.suffix != ".pyc":
            digest.update(file.read_bytes())
    return digest.hexdigest()


def page_path(request: Request) -> str:
    """The path of a request below the place where the application is mounted, with language."""
    return request.url.path.removeprefix(str(request.scope.get("root_path", ""))) or "/"


def _is_known(request: Request, etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in given.split(",")}
    return etag in tags or "*" in tags


def _response(request: Request, body: bytes, etag: str, status: int) -> Response:
    headers = {
        "ETag": f'W/"{etag}"',
        "Cache-Control": CACHE_CONTROL,
        "Content-Language": language_of(page_path(request)).tag,
    }
    if status == 200 and _is_known(request, etag):
        status = 304
    if status == 304:
        return Response(status_code=304, headers=headers)
    if status >= 400:
        headers = {"Cache-Control": "no-store", "Content-Language": headers["Content-Language"]}
    return Response(body, status, headers, media_type="text/html; charset=utf-8")


def _rendered(request: Request, template: str, context: Mapping[str, Any]) -> bytes:
    portal = portal_of(request)
    site = portal.published.site
    path = page_path(request)
    language = language_of(path)
    root = str(request.scope.get("root_path", ""))
    address = address_of(path, request.url.query, root, site.base_url, language)
    made = environment(language, site.timezone).get_template(template)
    base = {
        "site": site,
        "static": portal.static,
        "address": address,
        "url": address.url,
        "file_url": address.file_url,
        "navigation": [item for item in NAVIGATION if portal.serves_queries or not item.served],
    }
    return made.render(base | dict(context)).encode()


@cache
def environment(language: Language, timezone: str) -> jinja2.Environment:
    """Templates for one language: everything is escaped, and a name that is not there is an
    error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    made.globals |= {
        "language": language,
        "languages": LANGUAGES,
        "asset": asset_name,
        "charts_of": charts_of,
        "t": lambda key, **parts: text_of(key, language, **parts),
        "Markup": Markup,
    }
    made.filters |= {
        "text": lambda value: formatting.text(value, language),
        "chinese": lambda value: formatting.chinese(value, language),
        "age": lambda since, now: formatting.age(since, now, language),
        "contact": formatting.contact,
        "number": formatting.number,
        "date": lambda value: formatting.date(value, language, timezone),
        "moment": lambda value: formatting.moment(value, language, timezone),
        "highlight": highlighting.highlighted,
        "marked": lambda value, words: formatting.in_chinese(
            value, highlighting.highlighted(value, words), language
        ),
        "snippet": highlighting.snippet,
        "size": formatting.size,
        "share": formatting.share,
    }
    return made


__all__ = ["Address", "KeptPages", "answer", "environment", "portal_of", "render"]
