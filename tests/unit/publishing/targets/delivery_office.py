"""A small site with targets, whose releases are delivered."""

from __future__ import annotations

import datetime as dt
import functools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from publishing_office import TIMEZONE, Office, make_dataset

from flows.delivering import DeliveryOptions, DeliveryOutcome, deliver
from flows.opened_site import OpenedSite
from publishing.rollback import roll_back
from publishing.targets.queueing import tell_targets_of_withdrawal
from schemas.dataset import Dataset
from schemas.definitions import load_definitions
from warehouse.control import Warehouse


@dataclass
class Desk:
    """A site with one dataset of its own, ``parcels``, and a clock that stands still."""

    folder: Path
    opened: OpenedSite
    office: Office
    now: dt.datetime

    def publish(self, rows: Sequence[Mapping[str, Any]], **changes: Any) -> int:
        """Accept rows and release them; the version."""
        self.office.accept(rows)
        return self.office.release(**changes).version

    def roll_back(self, version: int) -> int:
        """A rollback; the new version."""
        return roll_back(self.opened.release_site, "parcels", version, reason="数据有误").version

    def withdrawal(self, versions: Sequence[int], row_ids: Sequence[str] = ()) -> list[str]:
        """Tell of a withdrawal; the files are as the test has made them."""
        return tell_targets_of_withdrawal(
            self.opened.release_site, "parcels", versions=versions, row_ids=row_ids, reason="撤销"
        )

    def deliver(self, **options: Any) -> list[DeliveryOutcome]:
        """Serve what is due now."""
        return deliver(self.opened, DeliveryOptions(**options), now=lambda: self.now)

    def wait(self, **time: float) -> None:
        """Set the clock on."""
        self.now += dt.timedelta(**time)

    def set_targets(self, *targets: Mapping[str, Any]) -> None:
        """Write other targets into the site file and open it anew."""
        write_site(self.folder, targets)
        definitions = load_definitions(self.folder)
        self.opened = OpenedSite(definitions, self.opened.warehouse)
        self.office.release_site = self.opened.release_site

    def set_dataset(self, **changes: Any) -> None:
        """Change the dataset file."""
        self.office.dataset = write_dataset(self.folder, **changes)
        self.opened = OpenedSite(load_definitions(self.folder), self.opened.warehouse)
        self.office.release_site = self.opened.release_site


def write_site(folder: Path, targets: Sequence[Mapping[str, Any]]) -> None:
    """The site file."""
    site = {
        "format": 1,
        "id": "county",
        "publisher": {"name": {"zh": "试验县", "en": "Made county"}},
        "base_url": "https://data.county.example",
        "timezone": TIMEZONE,
        "formats": ["csv", "jsonl", "jsonl.gz"],
        "targets": [dict(one) for one in targets],
    }
    (folder / "gongkai.yml").write_text(yaml.safe_dump(site, allow_unicode=True), "utf-8")


def write_dataset(folder: Path, **changes: Any) -> Dataset:
    """``datasets/land/parcels.yml``."""
    dataset = make_dataset(**changes)
    path = folder / "datasets" / "land" / "parcels.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dataset.model_dump(mode="json")), "utf-8")
    return dataset


@functools.cache
def migrated_database() -> bytes:
    """An empty control database; migrating one takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        with Warehouse("sqlite:///gongkai.db", Path(folder)):
            pass
        return (Path(folder) / "gongkai.db").read_bytes()


@contextmanager
def desk(folder: Path, *targets: Mapping[str, Any], **dataset: Any) -> Iterator[Desk]:
    """A site in a folder, with these targets."""
    write_site(folder, targets)
    made = write_dataset(folder, **dataset)
    definitions = load_definitions(folder)
    (folder / "gongkai.db").write_bytes(migrated_database())
    with Warehouse(definitions.site.database, folder) as warehouse:
        opened = OpenedSite(definitions, warehouse)
        # deliveries are queued by the clock of this machine, and are then due for sure
        now = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        yield Desk(folder, opened, Office(folder, made, opened.release_site), now)
