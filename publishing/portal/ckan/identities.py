"""The ids of what CKAN's clients see: the same in every version and on every server of a site."""

from __future__ import annotations

import uuid

from schemas.site import Site

_NAMESPACE = uuid.UUID("6b3ee5d0-7b0b-5c6e-9d0e-0f5a2c1d9a71")


def identity(site: Site, *parts: str) -> str:
    """A UUID made of the site's id and of what names the thing within it."""
    return str(uuid.uuid5(_NAMESPACE, "/".join((site.id, *parts))))


def organization_name(site: Site, department: str) -> str:
    """A name as CKAN allows them (a-z, 0-9, ``-``) for a department, from its Chinese name."""
    return f"org-{identity(site, 'organization', department)[:8]}"


def tag_name(text: str) -> str:
    """A tag as CKAN allows them: letters of any script, digits, blanks, ``-_.``."""
    kept = "".join(sign if sign.isalnum() or sign in " -_." else " " for sign in text)
    return " ".join(kept.split())[:100]
