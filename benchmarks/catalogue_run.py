"""The catalogue of many datasets: ``python -m benchmarks.catalogue_run SITE COUNT FOLDER``.

SITE is a site with one release. Its manifest is given COUNT names in FOLDER, so that there are
COUNT datasets; then the catalogue is made from nothing, again after one of them has a new version,
and again with nothing new. The rows of a dataset play no part in the catalogue.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from publishing.catalogue import write_catalogue
from publishing.release_site import ReleaseSite
from schemas.definitions import load_definitions
from warehouse.control import Warehouse

IMPORTS = time.process_time()


def main() -> None:
    """Print the seconds of each of the three, by the clock and of the processor."""
    source, count, folder = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    site = _many_datasets(source, count, folder)
    figures = _timed("full", site)
    _new_version(folder / "public/datasets" / f"copied_{count // 2}")
    figures |= _timed("one_changed", site)
    figures |= _timed("unchanged", site)
    listed = json.loads((folder / "public/catalog.json").read_bytes())["datasets"]
    if len(listed) != count:
        raise AssertionError(f"{len(listed)} datasets are listed, not {count}")
    print(json.dumps({"imports_cpu_s": IMPORTS, **figures}))


def _timed(what: str, site: ReleaseSite) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    write_catalogue(site)
    return {
        f"{what}_wall_s": round(time.perf_counter() - wall, 3),
        f"{what}_cpu_s": round(time.process_time() - cpu, 3),
    }


def _many_datasets(source: Path, count: int, folder: Path) -> ReleaseSite:
    """A site with the manifest of the source's newest dataset under many names."""
    pointer = next((source / "public/datasets").glob("*/versions.json"))
    entry = json.loads(pointer.read_bytes())["versions"][-1]
    manifest = json.loads((pointer.parent / str(entry["version"]) / "manifest.json").read_bytes())
    for number in range(count):
        name = f"copied_{number}"
        target = folder / "public/datasets" / name
        _write(target / "1" / "manifest.json", {**manifest, "dataset": name, "version": 1})
        _point(target, [{**entry, "version": 1}])
    site = load_definitions(source).site
    return ReleaseSite(site, folder, Warehouse(site.database, folder))


def _new_version(target: Path) -> None:
    manifest = json.loads((target / "1/manifest.json").read_bytes())
    entries = json.loads((target / "versions.json").read_bytes())["versions"]
    _write(target / "2/manifest.json", {**manifest, "version": 2, "previous_version": 1})
    _point(target, [*entries, {**entries[0], "version": 2}])


def _point(target: Path, entries: list[dict[str, Any]]) -> None:
    document = {"dataset": target.name, "current": entries[-1]["version"], "versions": entries}
    _write(target / "versions.json", document)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
