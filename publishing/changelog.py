"""``changelog.json``: what every version changed, newest first, with a proposed semantic version.

The proposal follows https://semver.org for what readers build on, the fields: one that is gone,
renamed (gone and come) or of another type breaks them; one that is new, or announced to go, does
not; else only rows changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publishing.hashed_file import FileFacts
from schemas.message import Message

CHANGELOG = "changelog.json"
FIRST = "1.0.0"
NOTHING_BEFORE_WITHDRAWN = Message(
    "此前的所有版本均已撤回，没有可供比较的版本；语义版本号接续编号。",
    "All earlier versions were withdrawn: there is none to compare with. The semantic version goes "
    "on from theirs.",
)
NOTHING_BEFORE_LOST = Message(
    "此前版本的文件均已丢失，没有可供比较的版本；语义版本号接续编号。",
    "The files of all earlier versions are lost: there is none to compare with. The semantic "
    "version goes on from theirs.",
)
_SEMANTIC = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """How the fields of two packages differ.

    Attributes:
        added, removed: names.
        retyped: name -> type before and now.
        announced: deprecations that are new or say otherwise now, each with its ``field``, null
            where the whole dataset is meant: breaking changes to come.
        retracted: names whose deprecation is taken back; null for the whole dataset.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: Mapping[str, tuple[str, str]]
    announced: tuple[Mapping[str, Any], ...] = ()
    retracted: tuple[str | None, ...] = ()

    @property
    def breaking(self) -> bool:
        """True where a reader of the old fields may fail on the new ones."""
        return bool(self.removed or self.retyped)

    def to_json(self) -> dict[str, Any]:
        """As written in the changelog."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "retyped": {name: list(types) for name, types in self.retyped.items()},
            "announced": [dict(one) for one in self.announced],
            "retracted": list(self.retracted),
        }


def field_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> FieldChanges:
    """Compare the fields of two ``datapackage.json``."""
    before, now = _types(old), _types(new)
    told, tell = _deprecations(old), _deprecations(new)
    return FieldChanges(
        added=tuple(name for name in now if name not in before),
        removed=tuple(name for name in before if name not in now),
        retyped={
            name: (before[name], kind)
            for name, kind in now.items()
            if name in before and before[name] != kind
        },
        announced=tuple(
            {"field": name, **said} for name, said in tell.items() if told.get(name) != said
        ),
        retracted=tuple(name for name in told if name not in tell and (not name or name in now)),
    )


def deprecated_fields(package: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What ``datapackage.json`` says of each field that will go."""
    return {
        field["name"]: field["deprecated"] for field in _fields(package) if "deprecated" in field
    }


def _deprecations(package: Mapping[str, Any]) -> dict[str | None, Mapping[str, Any]]:
    """Of the dataset (None) and of its fields, by name."""
    found: dict[str | None, Mapping[str, Any]] = {}
    if "deprecated" in package:
        found[None] = package["deprecated"]
    found.update(deprecated_fields(package).items())
    return found


def _types(package: Mapping[str, Any]) -> dict[str, str]:
    return {field["name"]: field["type"] for field in _fields(package)}


def _fields(package: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields; all tables of a package have the same. A version without CSV says them in
    ``tableschema.json`` alone, whose fields the caller adds."""
    if "fields" in package:
        given: list[dict[str, Any]] = package["fields"]
        return given
    for resource in package["resources"]:
        if "schema" in resource:
            fields: list[dict[str, Any]] = resource["schema"]["fields"]
            return fields
    return []


def next_semantic_version(known: str, changes: FieldChanges) -> str:
    """The version after ``known``. Raises ValueError where that is none of ours."""
    found = _SEMANTIC.fullmatch(known)
    if found is None:
        raise ValueError(f"not a semantic version: {known}")
    major, minor, patch = map(int, found.groups())
    if changes.breaking:
        return f"{major + 1}.0.0"
    if changes.added or changes.announced:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def next_after_unknown(known: str) -> str:
    """The version after one whose fields are not known any more: readers may find other ones."""
    found = _SEMANTIC.fullmatch(known)
    if found is None:
        raise ValueError(f"not a semantic version: {known}")
    return f"{int(found.group(1)) + 1}.0.0"


@dataclass(frozen=True, slots=True)
class NothingBefore:
    """Earlier versions of which none is left.

    Attributes:
        semantic_version: the last that was given, or one that is not below it.
        note: why there is none, for readers.
    """

    semantic_version: str
    note: Message


def changelog(
    earlier: Sequence[Mapping[str, Any]],
    manifest: Mapping[str, Any],
    changes: FieldChanges,
    delta: FileFacts | None,
    nothing_before: NothingBefore | None = None,
) -> list[dict[str, Any]]:
    """The entries of all versions, that of ``manifest`` first.

    Args:
        earlier: entries of the version before; empty for a first version.
        delta: facts of its delta; None for a first version.
        nothing_before: where there were versions and none is left. What changed for readers who
            knew them cannot be shown, so that the entry is ``breaking``.
    """
    known = str(earlier[0]["semantic_version"]) if earlier else ""
    semantic_version, note = FIRST, None
    if known:
        semantic_version = next_semantic_version(known, changes)
    elif nothing_before is not None:
        semantic_version = next_after_unknown(nothing_before.semantic_version)
        note = {"zh": nothing_before.note.zh, "en": nothing_before.note.en}
    diff = manifest["diff"]
    entry: dict[str, Any] = {
        "version": manifest["version"],
        "semantic_version": semantic_version,
        "breaking": changes.breaking if known else note is not None,
        "released_at": manifest["created_at"],
        "reason": manifest["reason"],
        "note": note,
        "rolled_back_to": manifest["rolled_back_to"],
        "rows": manifest["rows"],
        **{name: diff[name] for name in ("rows_added", "rows_changed", "rows_removed", "fields")},
        "schema": changes.to_json() if known else FieldChanges((), (), {}).to_json(),
        "content_sha256": manifest["content_sha256"],
        "delta": None,
    }
    if delta is not None:
        entry["delta"] = {
            "path": f"delta/{manifest['previous_version']}..{manifest['version']}.jsonl",
            "bytes": delta.bytes,
            "sha256": delta.sha256,
        }
    return [entry, *map(dict, earlier)]
