"""Parties of a release: each once, with all its roles, under an id that other places refer to."""

from __future__ import annotations

from typing import Any

from publishing.ocds.values import Row, short_hash, without_nothing, written_alike
from schemas.codes import is_credit_code

SCHEME = "CN-SAIC"
"""The list of org-id.guide in use for Chinese unified social credit codes."""
COUNTRY = "中国"
NATURAL_PERSON = "natural_person"


class Parties:
    """The parties of one release."""

    def __init__(self) -> None:
        self._by_id: dict[str, dict[str, Any]] = {}

    def reference(
        self, row: Row, who: str, roles: tuple[str, ...], place: str = ""
    ) -> dict[str, str] | None:
        """Take in the party of the columns ``<who>_name``, ``<who>_code`` …, and return the
        reference to it; None where the row does not name it.

        ``place`` tells natural persons apart, whose masked names are alike.
        """
        name = row.get(f"{who}_name")
        if not name:
            return None
        code = written_alike(row.get(f"{who}_code") or "").upper()
        known = bool(code) and is_credit_code(code)
        is_person = row.get(f"{who}_kind") == NATURAL_PERSON
        if known and not is_person:
            identifier = f"{SCHEME}-{code}"
        elif is_person:
            identifier = f"person-{short_hash(name, place)}"
        else:
            identifier = f"name-{short_hash(name)}"
        party = self._by_id.setdefault(identifier, {"id": identifier, "name": name, "roles": []})
        party["roles"] = [*party["roles"], *(role for role in roles if role not in party["roles"])]
        if known and not is_person:
            party["identifier"] = {"scheme": SCHEME, "id": code, "legalName": name}
        address = row.get(f"{who}_address")
        if address and not is_person:
            party["address"] = {"streetAddress": address, "countryName": COUNTRY}
        return {"id": identifier, "name": name}

    def listed(self) -> list[dict[str, Any]]:
        """All parties, in the order in which they were met."""
        return [without_nothing(party) for party in self._by_id.values()]
