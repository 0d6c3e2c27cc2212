"""Cutting a release: candidate, gates, diff, files, version, pointer."""

from __future__ import annotations

from collections.abc import Sequence

from publishing.candidate import SourceShare
from publishing.facts import ReleaseOutcome, RunFacts
from publishing.release_site import ReleaseSite
from schemas.dataset import Dataset


def cut_release(
    site: ReleaseSite,
    dataset: Dataset,
    shares: Sequence[SourceShare],
    *,
    fingerprint: str,
    facts: RunFacts,
    reason: str = "",
    waived_gates: frozenset[str] = frozenset(),
) -> ReleaseOutcome:
    """Cut a version from what all sources have given, unless nothing changed or a gate holds it.

    The caller holds the dataset's lock. ``waived_gates`` are rule ids (``REL-02`` …) whose holding
    a person has accepted for this release.
    """
    raise NotImplementedError
