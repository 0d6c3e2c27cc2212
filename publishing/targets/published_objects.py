"""The public files of a dataset, and of the catalogue, as objects with their hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publishing.delta import DELTA, FOLDER
from publishing.hashed_file import FileFacts
from publishing.release_site import ReleaseSite
from publishing.targets.contract import PublishedDataset
from publishing.version_index import MANIFEST, POINTER
from warehouse.durable_files import file_sha256

CATALOGUE_STATE = Path("catalogue") / "current"


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file on our disk that is to stand under a key."""

    path: Path
    facts: FileFacts


def dataset_prefix(dataset_id: str) -> str:
    """What the keys of a dataset begin with."""
    return f"datasets/{dataset_id}/"


def version_objects(published: PublishedDataset) -> dict[str, PublicFile]:
    """The files of all versions and the deltas by key, oldest version first."""
    prefix = dataset_prefix(published.dataset_id)
    found: dict[str, PublicFile] = {}
    deltas: dict[int, FileFacts] = {}
    for entry in published.entries:
        number = int(entry["version"])
        folder = published.index.version_folder(number)
        files = published.index.manifest(number)["files"]
        hashes = {name: str(facts["sha256"]) for name, facts in files.items()}
        hashes[MANIFEST] = str(entry["manifest_sha256"])
        for path in _files_below(folder):
            name = path.relative_to(folder).as_posix()
            facts = _facts(path, hashes.get(name))
            found[f"{prefix}{number}/{name}"] = PublicFile(path, facts)
            if name == DELTA:
                deltas[path.stat().st_ino] = facts
    for path in _files_below(published.folder / FOLDER):
        known = deltas.get(path.stat().st_ino)  # a link to the file in its version
        found[f"{prefix}{FOLDER}/{path.name}"] = PublicFile(path, known or _facts(path, None))
    return found


def pointer_objects(published: PublishedDataset) -> dict[str, PublicFile]:
    """What stands beside the versions, ``versions.json`` last."""
    prefix = dataset_prefix(published.dataset_id)
    paths = [path for path in sorted(published.folder.iterdir()) if path.is_file()]
    paths.sort(key=lambda path: path.name == POINTER)
    return {f"{prefix}{path.name}": PublicFile(path, _facts(path, None)) for path in paths}


def catalogue_objects(site: ReleaseSite) -> dict[str, PublicFile]:
    """The files of the catalogue by key, all of one state of it.

    They are links through ``catalogue/current``; followed once, so that a switch meanwhile gives no
    mixture.
    """
    state = (site.public / CATALOGUE_STATE).resolve()
    found = {}
    for path in sorted(site.public.iterdir()):
        whole = state / path.name
        real = whole if whole.is_file() else path
        if path.is_file():
            found[path.name] = PublicFile(real, _facts(real, None))
    return found


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _facts(path: Path, sha256: str | None) -> FileFacts:
    return FileFacts(sha256 or file_sha256(path), path.stat().st_size)
