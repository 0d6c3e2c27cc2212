"""Snapshots: the exact bytes fetched, and what a connector says about a whole fetch."""

from __future__ import annotations

import datetime as dt
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from schemas.message import Message

LINK_TEXT = "link-text"
"""Key under ``Snapshot.headers`` for the text of the link that led to a page of a listing."""

PUBLIC_SCHEMES = ("http", "https")


def public_address(url: str, name: str) -> str:
    """An address that may be published: web addresses as they are (without credentials); paths
    and hosts of the department's own network are left out."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in PUBLIC_SCHEMES:
        return f"{parts.scheme or 'file'}:{urllib.parse.quote(name)}"
    host = parts.netloc.rpartition("@")[2]
    return urllib.parse.urlunsplit(parts._replace(netloc=host))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Bytes stored once under their sha256.

    Attributes:
        sha256: hex digest of the bytes; also their name in the archive.
        path: where the bytes lie on this machine.
        name: file name as the department gave it (without folders), for people and for ``as_of``.
        url: where they came from; never holds a password.
        fetched_at: when, in UTC.
        size: in bytes.
        status: HTTP status, or 0 where there is none.
        headers: reply headers worth keeping (ETag, Last-Modified, Content-Type, …).
    """

    sha256: str
    path: Path
    name: str
    url: str
    fetched_at: dt.datetime
    size: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One fetch of a source.

    Attributes:
        snapshots: in the order in which they are to be read.
        evidence: how the connector knows that this is everything, for the run's record.
        new_content: False where every byte was in the archive already.
        high_mark: the greatest value of the incremental column seen, to be stored on acceptance.
        pending: files seen but left for a later run (still being written), by name.
    """

    snapshots: tuple[Snapshot, ...]
    evidence: Message
    new_content: bool
    high_mark: str | None = None
    pending: tuple[str, ...] = ()
