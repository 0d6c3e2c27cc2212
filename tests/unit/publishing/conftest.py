"""Fixtures: sites with accepted batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from publishing_office import Office, make_dataset, open_site


@pytest.fixture
def make_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """A factory of sites: ``make_office(dataset changes…, site={…})``."""
    opened = []

    def make(site: Mapping[str, Any] | None = None, **changes: Any) -> Office:
        folder = tmp_path / f"site{len(opened)}"
        folder.mkdir()
        release_site = open_site(folder, **(site or {}))
        opened.append(release_site)
        return Office(folder, make_dataset(**changes), release_site)

    yield make
    for release_site in opened:
        release_site.warehouse.close()


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    """A site with an unpartitioned dataset and no limits at its gates."""
    return make_office()
