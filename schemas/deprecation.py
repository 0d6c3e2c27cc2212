"""Announcing that a field or a dataset will go, so that nobody who builds on it is surprised."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from schemas.strict import Identifier, IsoDate, StrictModel, Text, refuse


class Deprecation(StrictModel):
    """A field or dataset that readers should stop using.

    Attributes:
        since: the day of the announcement.
        removed_after: the last day on which it is published; None where that is not settled.
        replaced_by: the field (of the same dataset) or dataset to use instead.
        reason: for readers.
    """

    since: IsoDate
    removed_after: IsoDate | None = None
    replaced_by: Identifier | None = None
    reason: Text

    @model_validator(mode="after")
    def _announced_before(self) -> Self:
        if self.removed_after is not None and self.removed_after < self.since:
            refuse(
                f"removed_after（{self.removed_after}）早于 since（{self.since}）",
                f"removed_after ({self.removed_after}) is before since ({self.since})",
            )
        return self

    def published(self) -> dict[str, object]:
        """As written in every description of the dataset."""
        return {
            "since": str(self.since),
            "removed_after": str(self.removed_after) if self.removed_after else None,
            "replaced_by": self.replaced_by,
            "reason": self.reason.model_dump(),
        }
