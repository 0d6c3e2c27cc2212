"""Rolling a dataset back: a new version with the content of an old one, and a hold."""

from __future__ import annotations

from publishing.facts import ReleaseOutcome
from publishing.release_site import ReleaseSite


def roll_back(
    site: ReleaseSite, dataset_id: str, to_version: int, *, reason: str, fingerprint: str = ""
) -> ReleaseOutcome:
    """Make a new version with the files of ``to_version`` and hold the dataset until its input
    fingerprint differs from that of the version rolled away from, or someone lifts the hold."""
    raise NotImplementedError
