"""The packages of a site, made once for each state of its releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publishing.portal.ckan.packages import package, search_text
from publishing.portal.published import Published

Package = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Packages:
    """All packages by name.

    Attributes:
        texts: what words are looked for in, by name of the package.
        resources: by id.
    """

    packages: Mapping[str, Package]
    texts: Mapping[str, str]
    resources: Mapping[str, Mapping[str, Any]]

    def find(self, wanted: str) -> Package | None:
        """The package of that name or id."""
        if wanted in self.packages:
            return self.packages[wanted]
        return next((one for one in self.packages.values() if one["id"] == wanted), None)


class KeptPackages:
    """Safe to share between threads: each gets the packages of the state it has seen."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._kept: tuple[object, Packages] | None = None
        self._made: dict[tuple[str, object], Package] = {}

    def current(self) -> Packages:
        """The packages of the current versions. Only what has another manifest is made again."""
        state = tuple((name, self._state(name)) for name in self._published.dataset_ids())
        kept = self._kept
        if kept is not None and kept[0] == state:
            return kept[1]
        made: dict[tuple[str, object], Package] = {}
        for key in state:
            one = self._made.get(key) or self._package(key[0])
            if one is not None:
                made[key] = one
        self._made = made
        packages = {one["name"]: one for one in made.values()}
        resources = {res["id"]: res for one in packages.values() for res in one["resources"]}
        texts = {name: search_text(one) for name, one in packages.items()}
        found = Packages(packages, texts, resources)
        self._kept = (state, found)
        return found

    def _state(self, name: str) -> object:
        """What changes where the package changes: its versions and their manifests."""
        index = self._published.index(name)
        if index is None or index.current is None:
            return None
        entry = index.entry(index.current)
        return (index.current, entry["manifest_sha256"] if entry else "")

    def _package(self, name: str) -> Package | None:
        version = self._published.version(name)
        return package(self._published, version) if version is not None else None
