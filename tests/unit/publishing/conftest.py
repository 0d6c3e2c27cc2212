"""Fixtures: sites with accepted batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from made_rows import made_rows, shipped_datasets
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


@pytest.fixture(scope="session")
def every_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Office]]:
    """A site with a release of every dataset that gongkai ships, by id: rows with all that is
    awkward in them."""
    folder = tmp_path_factory.mktemp("every-release")
    release_site = open_site(
        folder,
        publisher={
            "name": {"zh": "清水县人民政府", "en": "People's Government of Qingshui County"},
            "division_code": "620521",
            "homepage": "https://www.example.gov.cn",
            "contact": "opendata@example.gov.cn",
        },
        base_url="https://data.example.gov.cn",
    )
    offices = {}
    for number, dataset in enumerate(shipped_datasets()):
        office = Office(folder, dataset, release_site, runs=100 * number)
        offices[dataset.id] = office
        office.accept(made_rows(dataset, 40))
        office.release()
    yield offices
    release_site.warehouse.close()
