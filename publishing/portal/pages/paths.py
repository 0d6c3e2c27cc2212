"""All pages of a site: what is exported as a static copy and what tests visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from publishing.portal.pages.api_reference import PATH as API_REFERENCE
from publishing.portal.pages.languages import LANGUAGES
from publishing.portal.pages.listing import listed_datasets, themes
from publishing.portal.pages.report import report_pages
from publishing.portal.pages.row import row_pages
from publishing.portal.portal import Portal


def fixed_pages(portal: Portal) -> Iterable[str]:
    """Pages that every site has, and that of the API where it is served."""
    return ("/", "/about/", *([API_REFERENCE] if portal.serves_queries else []))


def dataset_pages(portal: Portal) -> Iterable[str]:
    """Pages of themes, datasets and all their versions."""
    published = portal.published
    datasets = listed_datasets(published)
    yield "/datasets/"
    yield from (f"/themes/{theme.id}/" for theme in themes(datasets))
    for one in datasets:
        here = f"/datasets/{one.dataset.id}/"
        yield here
        yield f"{here}versions/"
        index = published.index(one.dataset.id)
        for entry in index.available if index else ():
            yield f"{here}{entry['version']}/"


PAGES: tuple[Callable[[Portal], Iterable[str]], ...] = (
    fixed_pages,
    dataset_pages,
    row_pages,
    report_pages,
)
"""Each gives paths without language."""


def page_paths(portal: Portal) -> list[str]:
    """The path of every page in every language, without queries."""
    return [
        f"{language.prefix}{path}"
        for language in LANGUAGES
        for pages in PAGES
        for path in pages(portal)
    ]
