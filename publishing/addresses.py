"""The public addresses of what is published, below the site's ``base_url``."""

from __future__ import annotations

from urllib.parse import quote

from schemas.site import Site


def site_address(site: Site) -> str:
    """The home page."""
    return f"{site.base_url.rstrip('/')}/"


def dataset_address(site: Site, dataset: str) -> str:
    """The page of a dataset."""
    return f"{site_address(site)}datasets/{quote(dataset)}/"


def version_address(site: Site, dataset: str, version: int) -> str:
    """What the files of a version stand below."""
    return f"{dataset_address(site, dataset)}{version}/"


def file_address(site: Site, dataset: str, version: int, name: str) -> str:
    """A file of a version; it never changes."""
    return f"{version_address(site, dataset, version)}{quote(name)}"
