"""``package_search``: finding packages, sorting them, counting facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from publishing.portal.ckan.envelopes import invalid, wrong_search
from publishing.portal.ckan.search_terms import Term, read_terms
from schemas.vocabulary import plain_key

Package = Mapping[str, Any]
MOST_VALUES = 200
"""Looked for in every package, in all filters together."""
MOST_FACETS = 50
DATES = ("metadata_modified", "metadata_created")
SORTABLE = ("id", "name", "title", "title_string", "score", *DATES)
CONSTANT = {"capacity": "public", "site_id": None, "entity_type": "package"}
"""Fields of CKAN's index that are the same for every package here; None: any value will do."""


def found_packages(
    packages: Mapping[str, Package], texts: Mapping[str, str], q: str, fq: Sequence[str]
) -> list[Package]:
    """The packages that meet a query and all filters, the best first. ``texts`` are what words
    are looked for in, by the name of the package.

    Raises CkanError where a query cannot be read or names an unknown field.
    """
    terms = [term for text in (q, *fq) for term in read_terms(text)]
    if sum(len(term.values) for term in terms) > MOST_VALUES:
        raise wrong_search(f"more than {MOST_VALUES} values")
    scores = {term: 10 if term.field in ("", "title", "name") else 0 for term in terms}
    found = []
    for name, package in packages.items():
        if all(_meets(package, texts[name], term) for term in terms):
            titles = plain_key(f"{package['title']} {package['title_en']} {package['name']}")
            score = sum(
                weight
                for term, weight in scores.items()
                if any(plain_key(value) in titles for value in term.values)
            )
            found.append((-score, package["name"], package))
    return [package for _, _, package in sorted(found, key=lambda one: one[:2])]


def in_order(packages: list[Package], sort: str) -> list[Package]:
    """Sorted by ``field asc, field desc``; ``score`` is the order in which they were found."""
    keys = [part.split() for part in sort.split(",") if part.strip()]
    for key in reversed(keys):
        name, direction = key[0], (key[1] if len(key) > 1 else "asc").lower()
        if len(key) > 2 or direction not in ("asc", "desc"):
            raise wrong_search(f"cannot sort by {' '.join(key)!r}")
        if name not in SORTABLE:
            continue  # as CKAN's clients send fields of their own portals (views_recent)
        if name != "score":
            field = "title" if name == "title_string" else name
            packages = sorted(
                packages, key=lambda one: str(one[field]), reverse=direction == "desc"
            )
    return packages


def facets(packages: Sequence[Package], names: Sequence[str], limit: int) -> dict[str, Any]:
    """How often each value of a field stands in what was found."""
    if len(names) > MOST_FACETS:
        raise invalid("facet.field", f"Must be {MOST_FACETS} names at most")
    found = {}
    for name in names:
        counts = Counter(
            value for package in packages for value in dict.fromkeys(_values(package, name) or [])
        )
        common = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        found[name] = dict(common[:limit] if limit >= 0 else common)
    return found


def search_facets(packages: Sequence[Package], counted: Mapping[str, Any]) -> dict[str, Any]:
    """The same with titles, as CKAN's own pages show them."""
    titles = {}
    for package in packages:
        titles[package["organization"]["name"]] = package["organization"]["title"]
        titles |= {one["name"]: one["title"] for one in package["groups"]}
    return {
        name: {
            "title": name,
            "items": [
                {"name": value, "display_name": titles.get(value, value), "count": count}
                for value, count in counts.items()
            ],
        }
        for name, counts in counted.items()
    }


def _meets(package: Package, text: str, term: Term) -> bool:
    return _holds(package, text, term) != term.excluded


def _holds(package: Package, text: str, term: Term) -> bool:
    if term.field in CONSTANT:
        return CONSTANT[term.field] in (None, *term.values)
    if not term.field or term.field == "text":
        return all(plain_key(value.strip("*")) in text for value in term.values)
    values = _values(package, term.field)
    if values is None:
        raise wrong_search(f"undefined field {term.field}")
    if term.bounds is not None:
        low, high = (_bound(bound) for bound in term.bounds)
        return any((not low or low <= one) and (not high or one <= high) for one in values)
    fits = [_fits(values, wanted, term.field) for wanted in term.values]
    return all(fits) if term.every else any(fits)


def _fits(values: Sequence[str], wanted: str, field: str) -> bool:
    key = plain_key(wanted)
    if field in ("title", "notes", "author"):
        return any(key.strip("*") in plain_key(value) for value in values)
    return any(fnmatchcase(plain_key(value), key.replace("[", "[[]")) for value in values)


def _bound(text: str) -> str:
    """A bound of a range; moments as packages have them, without zone."""
    return "" if text == "*" else text.strip('"').removesuffix("Z")


def _values(package: Package, field: str) -> list[str] | None:
    """The values of a field of CKAN's index; None for one that it does not have."""
    match field:
        case "organization":
            return [package["organization"]["name"]]
        case "groups":
            return [one["name"] for one in package["groups"]]
        case "tags":
            return [one["name"] for one in package["tags"]]
        case "res_format":
            return [one["format"] for one in package["resources"]]
        case "title":
            return [package["title"], package["title_en"]]
        case "notes":
            return [package["notes"], package["notes_en"]]
        case "dataset_type" | "type":
            return [package["type"]]
        case "private":
            return ["false"]
        case "isopen":
            return [str(package["isopen"]).lower()]
        case (
            "id" | "name" | "license_id" | "owner_org" | "state" | "version" | "author"
            | "maintainer" | "metadata_modified" | "metadata_created"
        ):  # fmt: skip
            return [str(package[field])]
    extras = {one["key"]: one["value"] for one in package["extras"]}
    name = field.removeprefix("extras_")
    if name in extras:
        return [extras[name]]
    return [] if field.startswith(("extras_", "res_", "vocab_")) else None
