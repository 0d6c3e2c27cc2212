"""What all kinds of targets share: what they are given, what they say, and how they fail."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from publishing.release_site import ReleaseSite
from publishing.version_forms import read_dataset_file
from publishing.version_index import POINTER, VersionIndex
from schemas.dataset import Dataset
from schemas.message import GongkaiError, Message
from schemas.site import Site
from schemas.targets import ObjectStorageTarget, Target
from warehouse.durable_files import file_sha256

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=6)
GONE = "gone"

Done = dict[str, Any]
"""What a delivery did: counts, bytes, ids; as JSON."""


class DeliveryError(GongkaiError):
    """A target could not be brought up to date or told. It is tried again.

    ``retry_after_seconds`` is what the other side asked for.
    """

    def __init__(
        self,
        what: Message,
        *,
        where: str = "",
        advice: Message | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(what, where=where, advice=advice)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class PublishedDataset:
    """A dataset as it is published now; ``index`` was read once."""

    site: ReleaseSite
    index: VersionIndex

    @classmethod
    def read(cls, site: ReleaseSite, dataset_id: str) -> PublishedDataset:
        """Read the pointer. Raises DamagedReleaseError where it is cut."""
        return cls(site, VersionIndex.read(site.dataset_folder(dataset_id)))

    @property
    def dataset_id(self) -> str:
        """The id of the dataset."""
        return self.index.folder.name

    @property
    def folder(self) -> Path:
        """``public/datasets/<id>``."""
        return self.index.folder

    @cached_property
    def entries(self) -> tuple[dict[str, Any], ...]:
        """The entries of ``versions.json`` whose files are there, oldest first."""
        return tuple(entry for entry in self.index.entries if not entry.get("withdrawn"))

    @property
    def current(self) -> int | None:
        """The current version; None where there is none, or all were withdrawn."""
        return int(self.entries[-1]["version"]) if self.entries else None

    @property
    def has_pointer(self) -> bool:
        """Whether there is a ``versions.json`` at all."""
        return (self.folder / POINTER).exists()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the current version."""
        assert self.current is not None
        return self.index.manifest(self.current)

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset file of the current version."""
        assert self.current is not None
        return read_dataset_file(self.index.version_folder(self.current))

    def fingerprint(self, target: Target) -> str:
        """Of what the target is to hold: the versions, and the settings by which it is told; where
        it mirrors files, of what stands beside the versions too."""
        content: list[object] = list(self.index.entries)
        if isinstance(target, ObjectStorageTarget):
            beside = [path for path in sorted(self.folder.iterdir()) if path.is_file()]
            content += [[path.name, file_sha256(path)] for path in beside]
        return fingerprint_of(self.site.site, target, content)


def fingerprint_of(site: Site, target: Target, content: object) -> str:
    """Of some content and of all settings that shape what a target holds. Secrets are not part of
    it; where they are is not, either."""
    settings = target.model_dump(
        mode="json", exclude={"token", "password", "secrets", "plain_http"}
    )
    named = {"id": site.id, "base_url": site.base_url, "publisher": site.publisher.model_dump()}
    told = json.dumps([settings, named, content], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def wait_before_next(
    attempts: int, error: BaseException, chance: float | None = None
) -> dt.timedelta:
    """How long to wait after so many attempts in vain: from a minute, doubling, to six hours, each
    between half and the whole of it, so that many targets do not come at once. What the other side
    asks for counts where it is longer, within the same limit.

    ``chance`` is a number from 0 to 1 in place of a random one.
    """
    whole = min(FIRST_WAIT * 2.0 ** min(attempts - 1, 20), LONGEST_WAIT)
    share = random.random() if chance is None else chance  # noqa: S311 - no secret depends on it
    wait = whole * (0.5 + share / 2)
    asked = error.retry_after_seconds if isinstance(error, DeliveryError) else None
    seconds = min(asked or 0.0, LONGEST_WAIT.total_seconds())  # first: it may ask for any number
    return max(wait, dt.timedelta(seconds=seconds))
