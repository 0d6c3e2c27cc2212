"""The input fingerprint: everything that could change what a run accepts, in one hash.

Snapshots, the source, layout and dataset files, vocabularies, the code that reads and judges, the
site's publisher, and for derived datasets the upstream version. Not the clock, not the run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from schemas.definitions import BUILT_IN, Definitions
from schemas.source import Source

_CODE_ROOMS = ("schemas", "connectors/readers", "expectations")


@cache
def code_fingerprint() -> str:
    """A hash over the program text that turns bytes into accepted rows."""
    root = BUILT_IN.parent
    digest = hashlib.sha256()
    for room in _CODE_ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def input_fingerprint(
    definitions: Definitions, source: Source, snapshots: Iterable[str], upstream: str = ""
) -> str:
    """The fingerprint of one run of a source; ``snapshots`` are sha256 digests in reading order."""
    digest = hashlib.sha256()
    dataset = definitions.datasets[source.dataset_id].document.path
    files = [definitions.sources[source.id].document.path, dataset]
    if isinstance(source.layout, str):
        files.append(definitions.layouts[source.layout].document.path)
    files += _vocabulary_files((BUILT_IN / "vocab", *definitions.vocabulary_folders()))
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    digest.update(definitions.site.model_dump_json().encode())
    digest.update(code_fingerprint().encode())
    for snapshot in snapshots:
        digest.update(snapshot.encode())
    digest.update(upstream.encode())
    return digest.hexdigest()


def _vocabulary_files(folders: Iterable[Path]) -> list[Path]:
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix in (".csv", ".yml")
    ]
