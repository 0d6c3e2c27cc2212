"""``/datasets/`` and ``/themes/<theme>/``: the datasets, searched, narrowed down and sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.portal.pages.languages import in_both_languages
from publishing.portal.pages.listing import (
    ListedDataset,
    listed_datasets,
    made_of,
    theme_title,
)
from publishing.portal.pages.rendering import answer, portal_of
from publishing.portal.pages.search import LONGEST_QUERY, KeptIndex, SearchHit, query_words
from publishing.portal.portal import Portal
from schemas.strict import Text

PER_PAGE = 20
SORTS: Final[Mapping[str, Callable[[SearchHit], Any]]] = {
    "relevance": lambda hit: (-hit.score, -hit.listed.released_at.timestamp()),
    "newest": lambda hit: (-hit.listed.released_at.timestamp(), hit.listed.dataset.id),
    "title": lambda hit: hit.listed.dataset.title.zh,
    "rows": lambda hit: (-hit.listed.rows, hit.listed.dataset.id),
}
FREQUENCIES = (
    "hourly",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "biannual",
    "annual",
    "irregular",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: how many of the found datasets have it, and the query that picks it,
    or takes it back where it is picked."""

    value: str
    title: Text | None
    count: int
    picked: bool
    query: str


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list is asked for. Empty texts ask for nothing; an unknown value finds nothing."""

    q: str = ""
    theme: str = ""
    department: str = ""
    frequency: str = ""
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, request: Request) -> ListQuery:
        """Raises HTTPException 404 for a page that is no number."""
        given = request.query_params
        page = given.get("page", "1")
        if not (page.isascii() and page.isdigit()) or not 1 <= int(page[:6]) <= 99_999:
            raise HTTPException(404)
        sort = given.get("sort", "")
        return cls(
            q=given.get("q", "").strip()[:LONGEST_QUERY],
            theme=given.get("theme", "")[:LONGEST_QUERY],
            department=given.get("department", "")[:LONGEST_QUERY],
            frequency=given.get("frequency", "")[:LONGEST_QUERY],
            sort=sort if sort in SORTS else "",
            page=int(page),
        )

    @property
    def order(self) -> str:
        """The sort that applies: by relevance where something is searched, else the newest."""
        return self.sort or ("relevance" if self.q else "newest")

    def with_values(self, **changes: str) -> str:
        """The query string with some values changed; the page starts anew unless it is given."""
        values = {
            "q": self.q,
            "theme": self.theme,
            "department": self.department,
            "frequency": self.frequency,
            "sort": self.sort,
        } | changes
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def narrowed(self) -> bool:
        """True where a filter is picked."""
        return bool(self.theme or self.department or self.frequency)


def dataset_list(request: Request) -> Response:
    """``/datasets/``. A static copy has neither search nor filters nor pages: all are listed."""
    portal = portal_of(request)
    datasets = listed_datasets(portal.published)
    query = ListQuery() if portal.static else ListQuery.of(request)
    hits = sorted(kept_index(request).of(datasets).search(query.q), key=SORTS[query.order])
    found = [hit for hit in hits if _fits(hit, query)]
    pages = 1 if portal.static else max(1, -(-len(found) // PER_PAGE))
    if query.page > pages:
        raise HTTPException(404)
    start = (query.page - 1) * PER_PAGE

    def context() -> dict[str, object]:
        return {
            "query": query,
            "words": query_words(query.q),
            "found": found if portal.static else found[start : start + PER_PAGE],
            "count": len(found),
            "total": len(datasets),
            "pages": pages,
            "themes": _choices(hits, query, "theme"),
            "departments": _choices(hits, query, "department"),
            "frequencies": _choices(hits, query, "frequency"),
            "sorts": [name for name in SORTS if query.q or name != "relevance"],
        }

    return answer(request, "datasets.html", (made_of(datasets), query), context)


def theme_page(request: Request) -> Response:
    """``/themes/<theme>/``. Raises HTTPException 404 for a theme without datasets."""
    theme = str(request.path_params["theme"])
    all_datasets = listed_datasets(portal_of(request).published)
    datasets = [one for one in all_datasets if one.dataset.theme == theme]
    if not datasets:
        raise HTTPException(404)
    return answer(
        request,
        "theme.html",
        made_of(datasets),
        lambda: {
            "theme": theme_title(theme),
            "theme_id": theme,
            "datasets": sorted(datasets, key=lambda one: one.dataset.title.zh),
        },
    )


def kept_index(request: Request) -> KeptIndex:
    """The search index of the portal that a request came to."""
    kept: KeptIndex = request.app.state.search_index
    return kept


def _value(listed: ListedDataset, name: str) -> str:
    dataset = listed.dataset
    if name == "department":
        return dataset.owner.zh
    return dataset.theme if name == "theme" else dataset.update_frequency


def _fits(hit: SearchHit, query: ListQuery, *, but: str = "") -> bool:
    return all(
        not wanted or name == but or _value(hit.listed, name) == wanted
        for name, wanted in (
            ("theme", query.theme),
            ("department", query.department),
            ("frequency", query.frequency),
        )
    )


def _choices(hits: Sequence[SearchHit], query: ListQuery, name: str) -> list[Choice]:
    """The values of a filter among what the other filters leave, and the one that is picked."""
    picked = str(getattr(query, name))
    titles: dict[str, Text] = {picked: theme_title(picked)} if picked and name == "theme" else {}
    counts: dict[str, int] = {picked: 0} if picked else {}
    for hit in hits:
        if not _fits(hit, query, but=name):
            continue
        value = _value(hit.listed, name)
        counts[value] = counts.get(value, 0) + 1
        if name == "department":
            titles[value] = hit.listed.dataset.owner
        elif name == "theme":
            titles[value] = theme_title(value)
    return [
        Choice(
            value,
            titles.get(value),
            count,
            value == picked,
            query.with_values(**{name: "" if value == picked else value}),
        )
        for value, count in sorted(counts.items(), key=lambda one: _place(name, *one))
    ]


def _place(name: str, value: str, count: int) -> tuple[int, str]:
    if name == "frequency":
        return (FREQUENCIES.index(value) if value in FREQUENCIES else len(FREQUENCIES), value)
    return (-count, value)


def list_routes(_portal: Portal) -> list[Route]:
    """``/datasets/`` and ``/themes/<theme>/``."""
    return [
        *in_both_languages("/datasets/", dataset_list),
        *in_both_languages("/themes/{theme}/", theme_page),
    ]
