"""``catalog.json``: the index of all current releases, derived from their pointers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import filelock

from publishing.json_text import json_document, read_document
from publishing.release_site import ReleaseSite
from publishing.version_index import POINTER, DamagedReleaseError, VersionIndex
from warehouse.durable_files import replace_file

CATALOGUE = "catalog.json"


def _entry(folder: Path) -> dict[str, Any] | None:
    index = VersionIndex.read(folder)
    if index.current is None:
        return None
    manifest = index.manifest(index.current)
    return {
        "id": manifest["dataset"],
        "title": manifest["title"],
        "description": manifest["description"],
        "theme": manifest["theme"],
        "owner": manifest["owner"],
        "licence": manifest["licence"],
        "update_frequency": manifest["update_frequency"],
        "current": index.current,
        "released_at": manifest["created_at"],
        "rows": manifest["rows"],
        "content_sha256": manifest["content_sha256"],
        "path": f"datasets/{folder.name}/{index.current}/",
        "versions": f"datasets/{folder.name}/{POINTER}",
    }


def _entry_or_known(folder: Path, known: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The entry of a dataset; where its files are damaged the one it had, so that its trouble,
    which its own run tells, keeps no other dataset from being listed."""
    try:
        return _entry(folder)
    except DamagedReleaseError:
        return known.get(folder.name)


def _entries_before(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return {entry["id"]: entry for entry in read_document(path)["datasets"]}
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError):
        return {}  # none yet, or cut by somebody: it is derived anew


def write_catalogue(site: ReleaseSite) -> None:
    """Derive the catalogue from all pointers and replace it where it differs.

    Under a lock: two datasets released at once must not overwrite each other's entry.
    """
    locks = site.archive / "locks"  # never cleaned up: a lock whose file goes keeps nobody out
    locks.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(locks / "catalogue.lock"):
        site.staging.mkdir(parents=True, exist_ok=True)
        for leftover in site.staging.glob(f".{CATALOGUE}.*"):
            leftover.unlink(missing_ok=True)
        folders = sorted(path.parent for path in site.public.glob(f"datasets/*/{POINTER}"))
        known = _entries_before(site.public / CATALOGUE)
        entries = [
            entry for folder in folders if (entry := _entry_or_known(folder, known)) is not None
        ]
        document = json_document(
            {
                "site": site.site.id,
                "publisher": site.site.publisher.name.model_dump(),
                "base_url": site.site.base_url,
                "datasets": entries,
            }
        )
        path = site.public / CATALOGUE
        if not path.exists() or path.read_bytes() != document:
            replace_file(path, document, site.staging)
