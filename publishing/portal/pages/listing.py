"""The datasets of the site as lists show them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from publishing.portal.published import Published, PublishedVersion
from publishing.themes import theme_titles
from schemas.dataset import Dataset
from schemas.strict import Text


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """A dataset in a list. ``state`` names everything that is published of it."""

    version: PublishedVersion
    state: str

    @property
    def dataset(self) -> Dataset:
        """The dataset file of the current version."""
        return self.version.dataset

    @property
    def rows(self) -> int:
        """Rows of the current version."""
        return int(self.version.manifest["rows"])

    @property
    def released_at(self) -> dt.datetime:
        """When the current version was cut."""
        return dt.datetime.fromisoformat(self.version.manifest["created_at"])

    @property
    def formats(self) -> list[str]:
        """Formats that readers can choose from; packed twins are not listed."""
        return [one for one in self.version.manifest["formats"] if not one.endswith(".gz")]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and how many datasets it has."""

    id: str
    title: Text
    count: int


def listed_datasets(published: Published) -> list[ListedDataset]:
    """All released datasets, by id."""
    found = []
    for name in published.dataset_ids():
        version = published.version(name)
        if version is not None:
            found.append(ListedDataset(version, published_state(published, name)))
    return found


def published_state(published: Published, dataset_id: str) -> str:
    """Names what is published of a dataset: another release, rollback or withdrawal gives
    another."""
    index = published.index(dataset_id)
    said = repr(index.entries if index else None)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def made_of(datasets: Sequence[ListedDataset]) -> object:
    """Names the state of a list: it changes with any of its versions."""
    return [(one.dataset.id, one.state) for one in datasets]


def theme_title(theme: str) -> Text:
    """A theme that we do not know is shown by its own name."""
    zh, en = theme_titles(theme)
    return Text(zh=zh, en=en)


def themes(datasets: Sequence[ListedDataset]) -> list[Theme]:
    """The themes that have a dataset, largest first."""
    counts: dict[str, int] = {}
    for one in datasets:
        counts[one.dataset.theme] = counts.get(one.dataset.theme, 0) + 1
    found = [Theme(name, theme_title(name), count) for name, count in counts.items()]
    return sorted(found, key=lambda theme: (-theme.count, theme.id))
