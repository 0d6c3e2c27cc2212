"""The published files of a dataset and of the catalogue in a copy."""

from __future__ import annotations

from pathlib import Path

from publishing.catalogue.writing import CURRENT, FOLDER
from publishing.delta import DELTA
from publishing.portal.export.tree import Tree
from publishing.portal.files.finding import FoundFile, NoSuchFileError, PublicFiles
from publishing.portal.published import Published
from publishing.version_build import SUMS
from publishing.version_index import MANIFEST, POINTER
from publishing.withdrawal.announced import NOTICES

LATEST = "latest"


def copy_dataset(
    files: PublicFiles, published: Published, dataset_id: str, tree: Tree, *, unchanged: bool
) -> None:
    """All versions that are available, the pointer, the notices, the way to the current version.

    ``unchanged``: the state before has them as they are; they are not verified again.
    """
    index = published.index(dataset_id)
    if index is None:
        return
    here = f"datasets/{dataset_id}"
    for name in (POINTER, NOTICES):
        try:
            _take(tree, f"{here}/{name}", index.folder / name, files.pointer(dataset_id, name))
        except NoSuchFileError:  # nothing was ever withdrawn
            continue
    for entry in index.available:
        number = entry["version"]
        manifest = index.manifest(number)
        for name in (*manifest["files"], MANIFEST, SUMS):
            file = f"{here}/{number}/{name}"
            if not (unchanged and tree.keep(file)):
                found = files.version_file(dataset_id, number, name)
                _take(tree, file, index.version_folder(number) / name, found)
        if DELTA in manifest["files"]:
            delta = f"{here}/delta/{manifest['previous_version']}..{number}.jsonl"
            if not (unchanged and tree.keep(delta)):
                found = files.version_file(dataset_id, number, DELTA)
                _take(tree, delta, index.version_folder(number) / DELTA, found)
    if index.current is not None:
        tree.link(f"{here}/{LATEST}", str(index.current))


def catalogue_state(published: Published) -> str:
    """Names the state of the catalogue; "" where there is none yet."""
    link = published.public / FOLDER / CURRENT
    return str(link.readlink()) if link.is_symlink() else ""


def copy_catalogue(files: PublicFiles, published: Published, tree: Tree) -> None:
    """The catalogue in all its forms."""
    for path in sorted(published.public.iterdir()):
        try:
            found = files.catalogue_file(path.name)
        except NoSuchFileError:
            continue
        _take(tree, path.name, path.resolve(), found)


def _take(tree: Tree, name: str, source: Path, found: FoundFile) -> None:
    try:
        tree.take(name, source, found.file.stream)
    finally:
        found.close()
