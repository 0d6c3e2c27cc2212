"""What is not there: never published, or published and taken back."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from publishing.portal.published import Published, PublishedVersion
from publishing.withdrawal.announced import withdrawal_of_row


class GoneError(HTTPException):
    """What was published and taken back: 410, with the reason (zh and en) and the day."""

    def __init__(self, reason: Mapping[str, str], on: str) -> None:
        super().__init__(410, reason["zh"])
        self.reason = reason
        self.on = on


def no_such_row(published: Published, dataset_id: str, row_id: str) -> HTTPException:
    """Why there is no such row: it was withdrawn (GoneError), or never was (404)."""
    notice = withdrawal_of_row(published.public, dataset_id, row_id)
    return HTTPException(404) if notice is None else GoneError(notice["reason"], notice["on"])


def current_or_gone(published: Published, dataset_id: str) -> PublishedVersion:
    """The current version of a dataset. Raises HTTPException 404 where it was never released, and
    GoneError where all that was released has been withdrawn."""
    return version_or_gone(published, dataset_id, None)


def version_or_gone(published: Published, dataset_id: str, number: int | None) -> PublishedVersion:
    """A version (None: the current one), with the same errors."""
    version = published.version(dataset_id, number)
    if version is not None:
        return version
    index = published.index(dataset_id)
    entries = index.entries if index else ()
    for entry in reversed(entries):
        if entry.get("withdrawn") and number in (None, entry["version"]):
            raise GoneError(entry["withdrawn"]["reason"], entry["withdrawn"]["on"])
    raise HTTPException(404)
