"""The part of Solr's query language that CKAN's clients use: words, and ``field:value`` terms.

``land procurement`` · ``title:土地`` · ``organization:(a OR b)`` · ``-res_format:PDF`` ·
``tags:"two words"`` · ``metadata_modified:[2026-01-01T00:00:00Z TO *]`` · ``*:*``
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publishing.portal.ckan.envelopes import wrong_search

MOST_TERMS = 100
_TERM = re.compile(
    r"""\s*(?P<sign>[+-]?)(?:(?P<field>[\w*.]+):)?
    (?:"(?P<quoted>(?:[^"\\]|\\.)*)"
     |\((?P<several>[^()]*)\)
     |[\[{](?P<low>\S+)\s+TO\s+(?P<high>\S+?)[\]}]
     |(?P<plain>[^\s()\[\]{}"]+))""",
    re.VERBOSE,
)
_ALTERNATIVE = re.compile(r'"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes:
        field: "" for a word that may stand anywhere.
        values: any of them will do.
        bounds: lowest and highest value of a range, ``*`` for none; instead of values.
        excluded: what meets it is left out.
        every: all values are needed (``(a AND b)``).
    """

    field: str
    values: tuple[str, ...] = ()
    bounds: tuple[str, str] | None = None
    excluded: bool = False
    every: bool = False


def read_terms(query: str) -> list[Term]:
    """The terms of a query; all must hold. Raises CkanError where it cannot be read."""
    terms: list[Term] = []
    at = 0
    negated = False
    while query[at:].strip():
        found = _TERM.match(query, at)
        if found is None or len(terms) >= MOST_TERMS:
            raise wrong_search(f"cannot read {query[at : at + 40]!r}")
        at = found.end()
        plain = found["plain"]
        if found["field"] is None and plain in ("AND", "&&"):
            continue
        if found["field"] is None and plain in ("NOT", "!"):
            negated = True
            continue
        if found["field"] is None and plain in ("OR", "||"):
            raise wrong_search("OR is understood within field:(a OR b) only")
        terms.append(_term(found, negated=negated))
        negated = False
    return [term for term in terms if term.field != "*"]


def _term(found: re.Match[str], *, negated: bool) -> Term:
    field = found["field"] or ""
    excluded = negated or found["sign"] == "-"
    if found["low"] is not None:
        return Term(field, bounds=(found["low"], found["high"]), excluded=excluded)
    if found["several"] is not None:
        parts = [
            part["quoted"] or part["plain"] for part in _ALTERNATIVE.finditer(found["several"])
        ]
        values = tuple(part for part in parts if part and part not in ("OR", "AND"))
        return Term(field, values, excluded=excluded, every="AND" in parts or "OR" not in parts)
    quoted = found["quoted"]
    value = found["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    if field == "" and value == "*:*":
        return Term("*")
    return Term(field, (value,), excluded=excluded)
