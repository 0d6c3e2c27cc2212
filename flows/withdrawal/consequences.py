"""Which rows of derived datasets were computed from rows that are withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from flows.opened_site import OpenedSite
from publishing.diff import diff_frames
from publishing.reader import ReleaseReader
from schemas.computation import DERIVED_COMPUTATIONS, derive
from schemas.dataset import Dataset
from schemas.row_identity import row_ids
from warehouse.withdrawn_rows import WithdrawnRows

RowsOfVersions = dict[int, dict[str, frozenset[str]]]
"""Version -> row id -> the fields that go; none: the whole row."""


def derived_from(opened: OpenedSite, dataset_id: str) -> list[Dataset]:
    """The datasets computed from a dataset, by id."""
    found = (one.model for one in opened.definitions.datasets.values())
    return sorted(
        (one for one in found if one.derived and one.derived.upstream == dataset_id),
        key=lambda one: one.id,
    )


def consequences(
    opened: OpenedSite, dataset_id: str, rows: RowsOfVersions
) -> dict[str, dict[int, tuple[str, ...]]]:
    """Dataset -> version -> ids of the rows that were computed from withdrawn rows.

    Each version of a derived dataset names the upstream versions it was computed from. The
    computation is done on these once as they are and once without what is withdrawn: whatever
    differs was made from it. Where such a version is no longer there, all that any other one shows
    is taken, as where the computation needs fields that it had not. Derived datasets may have
    derived datasets.
    """
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for derived in derived_from(opened, dataset_id):
        reader = opened.reader(derived.id)
        if not reader.versions():
            continue
        concerned = _rows_made_from(opened, dataset_id, rows, derived, reader)
        if not concerned:
            continue
        found[derived.id] = concerned
        whole: RowsOfVersions = {
            version: dict.fromkeys(ids, frozenset()) for version, ids in concerned.items()
        }
        found |= consequences(opened, derived.id, whole)
    return found


def _rows_made_from(
    opened: OpenedSite,
    upstream: str,
    rows: RowsOfVersions,
    derived: Dataset,
    reader: ReleaseReader,
) -> dict[int, tuple[str, ...]]:
    upstream_reader = opened.reader(upstream)
    changed = {
        version: ids
        for version, withdrawn in rows.items()
        if (ids := _changed_ids(upstream_reader, version, withdrawn, derived)) is not None
    }
    anywhere = frozenset().union(*changed.values())
    there = set(upstream_reader.versions()) - (rows.keys() - changed.keys())
    found: dict[int, tuple[str, ...]] = {}
    for version in reader.versions():
        manifest = reader.manifest(version)
        made_from = set(upstream_versions(manifest, upstream))
        ids = anywhere if made_from - there else frozenset()
        ids = ids.union(*(changed[one] for one in made_from if one in changed))
        keys = reader.scan(version).select(manifest["primary_key"]).collect()
        held = sorted(ids & set(row_ids(derived.id, keys))) if ids else []
        if held:
            found[version] = tuple(held)
    return found


def versions_made_from(
    opened: OpenedSite, upstream: str, version: int
) -> dict[str, tuple[int, ...]]:
    """Derived dataset -> its versions that were computed from a version of their upstream."""
    found = {}
    for derived in derived_from(opened, upstream):
        reader = opened.reader(derived.id)
        numbers = tuple(
            number
            for number in reader.versions()
            if version in upstream_versions(reader.manifest(number), upstream)
        )
        if numbers:
            found[derived.id] = numbers
    return found


def upstream_versions(manifest: Mapping[str, Any], upstream: str) -> Iterator[int]:
    """The versions of a dataset from which a version of a derived one was computed."""
    for snapshot in manifest["snapshots"]:
        dataset, _, version = str(snapshot["name"]).rpartition("/")
        if dataset == upstream and version.isdecimal():
            yield int(version)


def _changed_ids(
    upstream: ReleaseReader,
    version: int,
    withdrawn: Mapping[str, frozenset[str]],
    derived: Dataset,
) -> frozenset[str] | None:
    """Ids of the derived rows that are others, or are gone, without what is withdrawn. None where
    an old version has not the fields that the computation needs now."""
    assert derived.derived is not None
    needed = list(DERIVED_COMPUTATIONS[derived.derived.by].needs)
    keys = list(upstream.manifest(version)["primary_key"])
    columns = list(dict.fromkeys([*keys, *needed]))
    scanned = upstream.scan(version)
    if not set(columns) <= set(scanned.collect_schema()):
        return None
    before = scanned.select(columns).collect()
    after = WithdrawnRows(upstream.dataset_id, withdrawn).taken_out(before, keys)
    old, new = (derive(one.select(needed), derived).frame for one in (before, after))
    own = list(derived.primary_key)
    rows = diff_frames(old, new, own, [name for name in derived.field_names if name in old.columns])
    gone = pl.concat([rows.removed.select(own), rows.changed.select(own)])
    return frozenset(row_ids(derived.id, gone))
