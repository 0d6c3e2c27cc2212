"""What a version changes against the one before it, as lines that can be applied.

``delta.jsonl`` of version *b* holds, per partition, first the keys that go (``DEL``), then the rows
that changed (``MOD``), then those that came (``ADD``). Rows are written as in the JSON lines of the
release. Applied to the rows of version *a* it gives those of version *b*, in their order; so the
``content_sha256`` of *b* can be checked without fetching it. A mere reordering gives no lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from publishing.canonical_text import chunks, json_lines
from publishing.diff import diff_frames
from publishing.version_diff import parts_by_label

DELTA = "delta.jsonl"
FOLDER = "delta"
Rows = dict[str, dict[tuple[Any, ...], str]]


def delta_lines(
    old: Mapping[str, Any], old_folder: Path, new: Mapping[str, Any], new_folder: Path
) -> Iterator[bytes]:
    """The lines from the version with manifest ``old`` to that with manifest ``new``.

    Partitions with equal content are not read. Where the fields are not the same in both, every
    row of the new version is written: a row without the new field is another row.
    """
    before, after = parts_by_label(old), parts_by_label(new)
    for label in sorted({*before, *after}):
        was, is_now = before.get(label), after.get(label)
        if was and is_now and was["rows_sha256"] == is_now["rows_sha256"]:
            continue
        rows = _frame(is_now, new_folder)
        known = _frame(was, old_folder)
        yield from _partition_lines(label, known, rows, new["primary_key"])


def _frame(part: Mapping[str, Any] | None, folder: Path) -> pl.DataFrame | None:
    if part is None:
        return None
    return pl.read_parquet(folder / part["formats"]["parquet"], hive_partitioning=False)


def _partition_lines(
    label: str, old: pl.DataFrame | None, new: pl.DataFrame | None, keys: Sequence[str]
) -> Iterator[bytes]:
    if new is None:
        if old is not None:
            yield from _lines("DEL", label, "key", old.select(keys))
        return
    if old is None:
        yield from _lines("ADD", label, "row", new)
        return
    if old.schema == new.schema:
        rows = diff_frames(old, new, keys, new.columns)
        removed, changed, added = rows.removed, rows.changed.select(new.columns), rows.added
    else:
        known = new.select(keys).join(old.select(keys), on=list(keys), how="semi", nulls_equal=True)
        removed = old.join(new.select(keys), on=list(keys), how="anti", nulls_equal=True)
        changed = new.join(known, on=list(keys), how="semi", nulls_equal=True)
        added = new.join(known, on=list(keys), how="anti", nulls_equal=True)
    yield from _lines("DEL", label, "key", removed.select(keys))
    yield from _lines("MOD", label, "row", changed)
    yield from _lines("ADD", label, "row", added)


def _lines(operation: str, label: str, what: str, frame: pl.DataFrame) -> Iterator[bytes]:
    head = {"op": operation, "partition": label}
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1] + f',"{what}":'
    for chunk in chunks(frame):
        for line in json_lines(chunk).splitlines():
            yield opening.encode() + line + b"}\n"


def rows_of(partitions: Iterable[tuple[str, Iterable[str]]], primary_key: Sequence[str]) -> Rows:
    """The JSON lines of a version, by partition and key.

    Args:
        partitions: label and JSON lines of each partition.
    """
    return {
        label: {_key(json.loads(line), primary_key): line.rstrip("\n") for line in lines}
        for label, lines in partitions
    }


def apply_delta(rows: Rows, lines: Iterable[str], primary_key: Sequence[str]) -> Rows:
    """The rows after a delta.

    Raises ValueError where the delta does not fit the rows: a key to be deleted or changed is not
    there, or one to be added is.
    """
    after = {label: dict(known) for label, known in rows.items()}
    for line in lines:
        said = json.loads(line)
        known = after.setdefault(said["partition"], {})
        key = _key(said["key"] if said["op"] == "DEL" else said["row"], primary_key)
        if (key in known) != (said["op"] != "ADD"):
            raise ValueError(f"the delta does not fit these rows: {said['op']} of {key}")
        if said["op"] == "DEL":
            del known[key]
        else:
            known[key] = _row_text(line)
    return {label: known for label, known in after.items() if known}


def content_sha256(rows: Rows) -> str:
    """The ``content_sha256`` of rows: over their lines, partitions and keys in order."""
    digest = hashlib.sha256()
    for label in sorted(rows):
        for key in sorted(rows[label], key=_sortable):
            digest.update(rows[label][key].encode() + b"\n")
    return digest.hexdigest()


def _key(values: Mapping[str, Any], primary_key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(values[name] for name in primary_key)


def _sortable(key: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    """Empty values come first, as in a release."""
    return tuple((value is not None, value) for value in key)


def _row_text(line: str) -> str:
    """The row of a line with its digits as they stand (a parser would write 1.50 as 1.5)."""
    return line.rstrip("\n").partition(',"row":')[2][:-1]
