"""The home page: what this is, and the ways in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.descriptions.schema_org import schema_org_catalogue
from publishing.portal.pages.languages import in_both_languages
from publishing.portal.pages.listing import listed_datasets, made_of, themes
from publishing.portal.pages.rendering import answer, portal_of
from publishing.portal.portal import Portal

NEWEST = 6


def home(request: Request) -> Response:
    """What the site is, search, themes, newest releases, figures."""
    published = portal_of(request).published
    datasets = listed_datasets(published)

    def context() -> dict[str, object]:
        newest = sorted(datasets, key=lambda one: one.released_at, reverse=True)
        return {
            "themes": themes(datasets),
            "newest": newest[:NEWEST],
            "datasets": len(datasets),
            "rows": sum(one.rows for one in datasets),
            "last_release": newest[0].released_at if newest else None,
            "schema_org": schema_org_catalogue(published.site, [one.dataset for one in datasets]),
        }

    return answer(request, "home.html", made_of(datasets), context)


def home_routes(_portal: Portal) -> list[Route]:
    """``/``."""
    return in_both_languages("/", home)
