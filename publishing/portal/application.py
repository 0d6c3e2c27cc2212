"""The portal as one ASGI application, put together of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from publishing.portal.api.routes import api_routes
from publishing.portal.ckan.routes import ckan_routes
from publishing.portal.files import catalogue_files, dataset_files
from publishing.portal.pages.about import about_routes
from publishing.portal.pages.api_reference import api_reference_routes
from publishing.portal.pages.assets import asset_routes
from publishing.portal.pages.dataset_list import list_routes
from publishing.portal.pages.dataset_page import dataset_routes
from publishing.portal.pages.errors import HANDLERS
from publishing.portal.pages.home import home_routes
from publishing.portal.pages.rendering import KeptPages
from publishing.portal.pages.report import report_routes
from publishing.portal.pages.row import row_routes
from publishing.portal.pages.search import KeptIndex
from publishing.portal.pages.security import OwnRedirects, SecurityHeaders
from publishing.portal.pages.texts import catalogue
from publishing.portal.pages.versions_page import versions_routes
from publishing.portal.portal import Portal
from publishing.portal.report_limits import ReportLimits


def health(portal: Portal) -> Sequence[BaseRoute]:
    """``/health``: for a supervisor or a load balancer."""

    def answer(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "datasets": len(portal.published.dataset_ids())})

    return [Route("/health", answer)]


def query_api(portal: Portal) -> Sequence[BaseRoute]:
    """``/api/v1/``; a copy without this program has none, and a site can do without."""
    return api_routes(portal.published, portal.row_index) if portal.serves_queries else []


def ckan_api(portal: Portal) -> Sequence[BaseRoute]:
    """``/api/3/action/``, as CKAN's clients expect it; a copy without this program has none."""
    return [] if portal.static else ckan_routes(portal.published)


PARTS: tuple[Callable[[Portal], Sequence[BaseRoute]], ...] = (
    health,
    query_api,
    ckan_api,
    home_routes,
    list_routes,
    versions_routes,
    dataset_routes,
    about_routes,
    api_reference_routes,
    asset_routes,
    row_routes,
    report_routes,
    dataset_files,
    catalogue_files,  # the last: any name with an ending that nothing else answers
)
"""In order: the first route that fits answers."""


def portal_application(portal: Portal) -> Starlette:
    """The application over a site's public folder."""
    application = Starlette(
        routes=[route for part in PARTS for route in part(portal)],
        middleware=[Middleware(SecurityHeaders), Middleware(OwnRedirects)],
        exception_handlers=HANDLERS,
    )
    catalogue()  # a fault in a text stops the start, not a request
    application.state.portal = portal
    application.state.kept_pages = KeptPages()
    application.state.report_limits = ReportLimits()
    application.state.search_index = KeptIndex()
    return application
