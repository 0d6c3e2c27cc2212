"""How long others may keep a published file without asking again (Cache-Control, RFC 9111)."""

from __future__ import annotations

from typing import Final

from schemas.dataset import Dataset, PrivacyClass

IMMUTABLE: Final = "public, max-age=31536000, immutable"
WITHDRAWABLE: Final = "public, max-age=3600, must-revalidate"
POINTER: Final = "public, max-age=60, must-revalidate"
"""Of what changes with a release: ``versions.json``, the catalogue, ``latest``."""
NEVER: Final = "no-store"

_IMPERSONAL = frozenset({PrivacyClass.NONE, PrivacyClass.IDENTIFIER})
_PENALTY_THEME = "penalties"
_PENALTY_LAW = "行政处罚法"


def may_be_withdrawn(dataset: Dataset) -> bool:
    """Whether rows of published versions may have to be taken back.

    Two reasons, read from the dataset file of the version:

    * personal data: a field that holds names of natural persons, or free text, in which a person
      may be found later (every privacy class but ``none`` and ``identifier``);
    * penalties: the theme is ``penalties``, or the legal basis names the 行政处罚法, whose art. 48
      has a revoked penalty withdrawn within three days.
    """
    personal = any(field.privacy not in _IMPERSONAL for field in dataset.fields)
    penalties = dataset.theme == _PENALTY_THEME or any(
        _PENALTY_LAW in basis.title for basis in dataset.legal_basis
    )
    return personal or penalties


def version_lifetime(dataset: Dataset | None) -> str:
    """The Cache-Control of a version's files. ``None``: its dataset file is not known."""
    if dataset is None or may_be_withdrawn(dataset):
        return WITHDRAWABLE
    return IMMUTABLE
