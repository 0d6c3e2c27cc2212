"""How the data are made, how to use them and how to report an error."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.portal.pages.languages import in_both_languages
from publishing.portal.pages.listing import listed_datasets, made_of
from publishing.portal.pages.rendering import answer, portal_of
from publishing.portal.portal import Portal


def about(request: Request) -> Response:
    """``/about/``."""
    datasets = listed_datasets(portal_of(request).published)

    def context() -> dict[str, object]:
        licences = {one.dataset.licence.path: one.dataset.licence for one in datasets}
        return {"licences": list(licences.values())}

    return answer(request, "about.html", made_of(datasets), context)


def about_routes(_portal: Portal) -> list[Route]:
    """``/about/``."""
    return in_both_languages("/about/", about)
