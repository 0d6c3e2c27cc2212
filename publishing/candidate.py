"""The candidate: the union of what all sources of a dataset have given."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.strict import Text
from warehouse.state import AcceptedState


@dataclass(frozen=True, slots=True)
class SourceShare:
    """What one source gives to a candidate.

    ``precedence``: where two sources give one key, the lower number wins; without it (or with
    equal numbers) differing rows are a finding and are withheld.
    """

    state: AcceptedState
    precedence: int | None = None
    department: Text | None = None
