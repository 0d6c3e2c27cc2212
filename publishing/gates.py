"""Gates: limits beyond which a source's batch or a candidate is held."""

from __future__ import annotations

from schemas.dataset import Dataset
from schemas.finding import Finding
from warehouse.state import Folded


def source_gates(
    dataset: Dataset, folded: Folded, waived: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Critical findings that hold a source's batch before it is accepted: REL-02 rows dropped,
    REL-03 share of empty values grown, REL-04 a total changed."""
    raise NotImplementedError
