"""A site opened for work: definitions, archive, control database, folders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.archive import Archive
from publishing.reader import ReleaseReader
from publishing.release_site import ReleaseSite
from schemas.definitions import Definitions, find_site, load_definitions
from schemas.site import Site
from warehouse.control import Warehouse


@dataclass
class OpenedSite:
    """Everything a run needs of a site. Made by :func:`open_site`."""

    definitions: Definitions
    warehouse: Warehouse

    @property
    def folder(self) -> Path:
        """Where ``gongkai.yml`` stands."""
        return self.definitions.folder

    @property
    def site(self) -> Site:
        """The site file."""
        return self.definitions.site

    @cached_property
    def archive(self) -> Archive:
        """The snapshot archive."""
        return Archive(self.folder / self.site.archive)

    @cached_property
    def release_site(self) -> ReleaseSite:
        """The site as publishing sees it."""
        return ReleaseSite(self.site, self.folder, self.warehouse)

    @property
    def runs_folder(self) -> Path:
        """Where findings and quarantine of each run are kept as Parquet."""
        return self.folder / self.site.archive / "runs"

    def reader(self, dataset_id: str) -> ReleaseReader:
        """Reads the releases of a dataset."""
        site = self.release_site
        return ReleaseReader(site.public, site.archive, dataset_id)

    def today(self) -> dt.date:
        """Today in the site's time zone."""
        return dt.datetime.now(ZoneInfo(self.site.timezone)).date()


@contextmanager
def open_site(start: Path, *, repaired: bool = True) -> Iterator[OpenedSite]:
    """Open the site at or above ``start``; repair what a killed run left behind."""
    definitions = load_definitions(find_site(start))
    with Warehouse(definitions.site.database, definitions.folder) as warehouse:
        opened = OpenedSite(definitions, warehouse)
        if repaired:
            # here, because Prefect opens sites without it and must not pay for the import
            from flows.reopening import put_right

            put_right(opened.release_site)
        yield opened


@contextmanager
def open_for_trial(start: Path) -> Iterator[OpenedSite]:
    """Open a site to look, not to write: the control database is an empty one in memory."""
    definitions = load_definitions(find_site(start))
    with Warehouse("sqlite://", definitions.folder) as warehouse:
        yield OpenedSite(definitions, warehouse)
