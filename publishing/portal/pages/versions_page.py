"""``/datasets/<id>/versions/``: what every version changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.changelog import CHANGELOG
from publishing.json_text import read_document
from publishing.portal.pages.gone import current_or_gone
from publishing.portal.pages.languages import in_both_languages
from publishing.portal.pages.listing import published_state
from publishing.portal.pages.rendering import answer, portal_of
from publishing.portal.portal import Portal
from publishing.portal.published import PublishedVersion


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A version in the history.

    Attributes:
        number: of the version.
        change: its entry in the changelog; None where that of the current version has none.
        index: its entry in ``versions.json``; None for a version whose files were lost.
        titles: titles (zh, en) of the fields of the current version, by name.
    """

    number: int
    change: Mapping[str, Any] | None
    index: Mapping[str, Any] | None
    titles: Mapping[str, Mapping[str, str]]


def versions_page(request: Request) -> Response:
    """The history, newest first. 404 for a dataset without a release."""
    published = portal_of(request).published
    dataset_id = str(request.path_params["dataset"])
    version = current_or_gone(published, dataset_id)
    index = published.index(dataset_id)
    entries = {int(entry["version"]): entry for entry in (index.entries if index else ())}
    return answer(
        request,
        "versions.html",
        published_state(published, dataset_id),
        lambda: {
            "version": version,
            "dataset": version.dataset,
            "history": _history(version, entries),
        },
    )


def _history(
    version: PublishedVersion, entries: Mapping[int, Mapping[str, Any]]
) -> list[HistoryEntry]:
    titles = {field.name: field.title.model_dump() for field in version.dataset.fields}
    changes = {one["version"]: one for one in read_document(version.folder / CHANGELOG)}
    return [
        HistoryEntry(number, changes.get(number), entries.get(number), titles)
        for number in sorted({*entries, *changes}, reverse=True)
    ]


def versions_routes(_portal: Portal) -> list[Route]:
    """``/datasets/<id>/versions/``."""
    return in_both_languages("/datasets/{dataset}/versions/", versions_page)
