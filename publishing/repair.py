"""Putting right what a killed process left behind."""

from __future__ import annotations

from publishing.release_site import ReleaseSite


def repair(site: ReleaseSite) -> list[str]:
    """Adopt finished versions whose pointer was not switched, remove leftovers, derive the
    catalogue and the release ledger anew. Returns what was done, one English sentence each.
    Called at start, under the datasets' locks."""
    raise NotImplementedError
