"""``/datasets/<id>/`` and ``/datasets/<id>/<version>/``: all about one version of a dataset."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from publishing.descriptions.schema_org import schema_org_dataset
from publishing.last_checks import LastCheck, read_checks
from publishing.portal.pages.citation import citation
from publishing.portal.pages.downloads import other_downloads, table_downloads
from publishing.portal.pages.field_table import described_fields
from publishing.portal.pages.freshness import Freshness, freshness
from publishing.portal.pages.gone import version_or_gone
from publishing.portal.pages.languages import Language, in_both_languages, language_of
from publishing.portal.pages.listing import published_state, theme_title
from publishing.portal.pages.loading import loading_examples
from publishing.portal.pages.preview import preview
from publishing.portal.pages.quality import quality
from publishing.portal.pages.rendering import answer, page_path, portal_of
from publishing.portal.pages.row import MOST_EXPORTED
from publishing.portal.portal import Portal
from publishing.portal.published import PublishedVersion
from publishing.portal.version_numbers import NUMBER
from schemas.dataset import LegalBasis

MOST_SNAPSHOTS = 100
"""Listed on the page; all stand in the manifest."""


def dataset_page(request: Request) -> Response:
    """The current version."""
    return _page(request, None)


def version_page(request: Request) -> Response:
    """A version by its number: the address to cite. 404 for none, 410 for one that was
    withdrawn."""
    return _page(request, int(request.path_params["version"]))


def _page(request: Request, number: int | None) -> Response:
    portal = portal_of(request)
    dataset_id = str(request.path_params["dataset"])
    version = version_or_gone(portal.published, dataset_id, number)
    now = _this_hour()
    checks = read_checks(version.folder.parent)
    made_of = (published_state(portal.published, dataset_id), sorted(checks.items()), now)
    language = language_of(page_path(request))
    return answer(
        request,
        "dataset.html",
        made_of,
        lambda: _context(portal, version, checks, language, now, numbered=number is not None),
    )


def _this_hour() -> dt.datetime:
    """Ages are told as of the hour, so that a page can be kept for one."""
    return dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)


def _context(
    portal: Portal,
    version: PublishedVersion,
    checks: dict[str, LastCheck],
    language: Language,
    now: dt.datetime,
    *,
    numbered: bool,
) -> dict[str, Any]:
    site, dataset, manifest = portal.published.site, version.dataset, version.manifest
    today = now.astimezone(ZoneInfo(site.timezone)).date()
    tables = table_downloads(version)
    fresh = freshness(manifest, checks, now)
    return {
        "version": version,
        "dataset": dataset,
        "manifest": manifest,
        "numbered": numbered,
        "row_pages": not portal.static or _rows_are_exported(version),
        "row_query": "" if version.is_current else f"?version={version.number}",
        "can_report": portal.reports is not None,
        "now": _as_of(now, fresh),
        "theme": theme_title(dataset.theme),
        "terms": dataset.licence.known_terms,
        "laws": list(_laws(dataset.legal_basis, today)),
        "freshness": fresh,
        "quality": quality(version),
        "redactions": manifest.get("redactions", []),
        "waivers": manifest.get("waivers", []),
        "fields": described_fields(version, language),
        "preview": preview(version, language),
        "tables": tables,
        "others": other_downloads(version),
        "snapshots": manifest["snapshots"][:MOST_SNAPSHOTS],
        "snapshots_left_out": max(0, len(manifest["snapshots"]) - MOST_SNAPSHOTS),
        "examples": loading_examples(site, version),
        "citation": citation(site, version, language, None if portal.static else today),
        "schema_org": schema_org_dataset(site, manifest, dataset) if not numbered else None,
    }


def _as_of(hour: dt.datetime, fresh: Freshness) -> dt.datetime:
    """The moment of which ages are told: the hour, or what was heard since."""
    heard = (one for source in fresh.sources for one in (source.checked_at, source.failed_at))
    return max([hour, *(one for one in heard if one is not None)])


def _rows_are_exported(version: PublishedVersion) -> bool:
    """Whether a static copy has a page for each row: of the current version, where there are not
    too many."""
    return version.is_current and int(version.manifest["rows"]) <= MOST_EXPORTED


def _laws(given: Iterable[LegalBasis], today: dt.date) -> Iterable[tuple[LegalBasis, str]]:
    """Each law, and whether it is in force: ``now``, ``past`` or ``future``."""
    for law in given:
        if law.in_force_from is not None and law.in_force_from > today:
            yield law, "future"
        elif law.in_force_to is not None and law.in_force_to < today:
            yield law, "past"
        else:
            yield law, "now"


def _with_slash(request: Request) -> Response:
    url = request.url
    return RedirectResponse(str(url.replace(path=f"{url.path}/")), status_code=308)


def dataset_routes(_portal: Portal) -> list[Route]:
    """The pages of datasets and their versions."""
    return [
        *in_both_languages("/datasets/{dataset}/", dataset_page),
        *in_both_languages(f"/datasets/{{dataset}}/{{version:{NUMBER}}}/", version_page),
        *in_both_languages("/datasets/{dataset}", _with_slash),
        *in_both_languages(f"/datasets/{{dataset}}/{{version:{NUMBER}}}", _with_slash),
    ]
