"""``/datasets/<id>/versions/``: what every version changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.changelog import CHANGELOG
from publishing.json_text import read_document
from publishing.portal.pages.languages import in_both_languages
from publishing.portal.pages.listing import published_state
from publishing.portal.pages.rendering import answer, portal_of
from publishing.portal.published import PublishedVersion

if TYPE_CHECKING:
    from publishing.portal.application import Portal


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A version in the history.

    Attributes:
        change: its entry in the changelog.
        index: its entry in ``versions.json``; None for a version that is there no more.
        titles: title (zh, en) of fields that changed, by name; of those that are known now.
    """

    change: Mapping[str, Any]
    index: Mapping[str, Any] | None
    titles: Mapping[str, Mapping[str, str]]


def versions_page(request: Request) -> Response:
    """The history, newest first. Raises HTTPException 404 for a dataset without a release."""
    published = portal_of(request).published
    dataset_id = str(request.path_params["dataset"])
    version = published.version(dataset_id)
    index = published.index(dataset_id)
    if version is None or index is None:
        raise HTTPException(404)
    entries = {int(entry["version"]): entry for entry in index.entries}
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
    changes = read_document(version.folder / CHANGELOG)
    return [
        HistoryEntry(
            change,
            entries.get(change["version"]),
            {name: titles[name] for name in change["fields"] if name in titles},
        )
        for change in changes
    ]


def versions_routes(_portal: Portal) -> list[Route]:
    """``/datasets/<id>/versions/``."""
    return in_both_languages("/datasets/{dataset}/versions/", versions_page)
