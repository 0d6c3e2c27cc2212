"""``checks.json``: when each source of a dataset was last looked at, and how that went.

A source that gave nothing new makes no version, so that a manifest cannot tell a dataset that is
looked after from one that is forgotten. This file can: it stands beside ``versions.json``, is
written after every run, and says nothing about rows.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.json_text import json_document
from publishing.release_site import ReleaseSite
from schemas.run import RunState
from warehouse.durable_files import replace_file

CHECKS = "checks.json"


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last run of a source.

    Attributes:
        at: when it ended.
        state: how.
        succeeded_at: when a run last ended well (released, or nothing new); None for never.
    """

    at: dt.datetime
    state: RunState
    succeeded_at: dt.datetime | None

    @property
    def good(self) -> bool:
        """Whether that run ended well."""
        return self.state.is_good()

    def to_json(self) -> dict[str, Any]:
        """As written."""
        return {
            "at": self.at.isoformat(),
            "state": self.state.value,
            "last_successful": self.succeeded_at.isoformat() if self.succeeded_at else None,
        }


def read_checks(folder: Path) -> dict[str, LastCheck]:
    """What is known of the sources of the dataset in ``public/datasets/<id>``, by their ids.

    Nothing where the file is not there or was damaged: it is written anew with the next run.
    """
    try:
        told = json.loads((folder / CHECKS).read_bytes())["sources"]
        return {source: _check(said) for source, said in told.items()}
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _check(said: Mapping[str, Any]) -> LastCheck:
    good = said["last_successful"]
    return LastCheck(
        dt.datetime.fromisoformat(said["at"]),
        RunState(said["state"]),
        dt.datetime.fromisoformat(good) if good else None,
    )


def record_checks(
    site: ReleaseSite, dataset_id: str, ended: Iterable[tuple[str, RunState]], at: dt.datetime
) -> None:
    """Write how runs of sources ended, beside what is known of the others.

    The caller holds the dataset's lock. Nothing is written for a dataset without a release: it
    has no public folder yet.
    """
    folder = site.dataset_folder(dataset_id)
    if not folder.is_dir():
        return
    moment = at.replace(microsecond=0)
    known = read_checks(folder)
    for source, state in ended:
        before = known.get(source)
        good = moment if state.is_good() else (before.succeeded_at if before else None)
        known[source] = LastCheck(moment, state, good)
    document = {
        "dataset": dataset_id,
        "sources": {source: check.to_json() for source, check in sorted(known.items())},
    }
    replace_file(folder / CHECKS, json_document(document), site.staging / dataset_id)
