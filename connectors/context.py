"""What a connector is handed for one fetch."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from connectors.archive import Archive
from connectors.clock import Clock, SystemClock
from connectors.spacing import SHARED_SPACING, HostSpacing
from schemas.connector_options import Completeness
from schemas.message import Message


class Progress(Protocol):
    """Told after each step: what is being got, how many are done, of how many (if known)."""

    def __call__(self, what: Message, done: int, total: int | None) -> None:
        """Show it."""
        ...


def show_nothing(what: Message, done: int, total: int | None) -> None:
    """The progress of someone who does not watch."""


Resolver = Callable[..., list[tuple[Any, ...]]]
"""Name resolution with the signature of ``socket.getaddrinfo``."""


@dataclass(frozen=True, slots=True)
class FetchContext:
    """Everything a connector may use beside its options.

    Attributes:
        site_folder: relative paths of the source file start here.
        archive: where bytes go, and what is known of earlier fetches.
        logical_date: the day the run is for; ``{date:…}`` in URLs is this day.
        reader_type: ``type`` of the source's reader, so that a web page in place of a CSV is seen.
        since: greatest accepted value of the incremental column, None in the first run.
        completeness: what the source declares; ``fetching.fetch`` fills it in.
        unconditional: do not ask "only if changed".
        clock: time.
        progress: told of each step.
        spacing: when each host was last asked; shared by the whole process.
        environment: where secrets come from.
        resolver: name resolution.
    """

    site_folder: Path
    archive: Archive
    logical_date: dt.date
    reader_type: str
    since: str | None = None
    completeness: Completeness = field(default_factory=Completeness)
    unconditional: bool = False
    clock: Clock = field(default_factory=SystemClock)
    progress: Progress = show_nothing
    spacing: HostSpacing = SHARED_SPACING
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    resolver: Resolver = socket.getaddrinfo
