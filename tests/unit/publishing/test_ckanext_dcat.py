"""CKAN's own DCAT parser reads every dataset, licence and distribution of the catalogue.

CKAN's pins conflict with ours, so it and what it imports are installed into a folder of their own
(kept in the cache of pytest) and run in a process of their own, without a database.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from publishing_office import Office

REQUIREMENTS = Path(__file__).with_name("ckanext_dcat.txt")
READING = Path(__file__).with_name("ckan_reading.py")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ckan(request: pytest.FixtureRequest) -> Path:
    """A folder with ckanext-dcat and CKAN; skipped where they cannot be had."""
    cache = request.config.cache
    assert cache is not None
    folder = cache.mkdir("ckanext-dcat")
    wanted = REQUIREMENTS.read_text("utf-8")
    stamp = folder / "installed.txt"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return folder
    shutil.rmtree(folder / "packages", ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    installed = subprocess.run(
        [*pip, "--target", str(folder / "packages"), "--requirement", str(REQUIREMENTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode != 0:
        said = f"CKAN cannot be installed: {installed.stderr[-300:]}"
        if os.environ.get("GONGKAI_REQUIRE_ALL") == "1":
            pytest.fail(said)
        pytest.skip(said)
    stamp.write_text(wanted, "utf-8")
    return folder


def read(ckan: Path, catalogue: Path, form: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(READING), str(ckan / "packages"), str(catalogue), form],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def of(dataset: dict[str, Any], key: str) -> Any:
    """A value that CKAN keeps among the extras."""
    values = {one["key"]: one["value"] for one in dataset["extras"]}
    return dataset.get(key, values.get(key))


@pytest.mark.parametrize(
    ("name", "form"),
    [("catalog.ttl", "turtle"), ("catalog.rdf", "xml"), ("catalog.jsonld", "json-ld")],
)
def test_everything_is_read(
    ckan: Path, every_release: dict[str, Office], name: str, form: str
) -> None:
    public = next(iter(every_release.values())).folder / "public"
    datasets = {of(one, "identifier"): one for one in read(ckan, public / name, form)}
    assert set(datasets) == set(every_release)
    for identifier, office in every_release.items():
        dataset, manifest = datasets[identifier], office.reader.manifest()
        assert dataset["title"] in office.dataset.title.model_dump().values()
        assert dataset["notes"] in office.dataset.description.model_dump().values()
        assert of(dataset, "publisher_name") in office.dataset.owner.model_dump().values()
        assert of(dataset, "modified") == manifest["created_at"]
        assert of(dataset, "contact_email") == "opendata@example.gov.cn"
        assert of(dataset, "access_rights").endswith("/access-right/PUBLIC")
        assert dataset["version"] == "1"
        listed = {
            file: facts
            for file, facts in manifest["files"].items()
            if file
            in {name for part in manifest["partitions"] for name in part["formats"].values()}
            or file == "ocds.json"
        }
        assert {
            (one["name"], one["size"], one["hash"], one["license"], one["url"])
            for one in dataset["resources"]
        } == {
            (
                file,
                facts["bytes"],
                facts["sha256"],
                "https://creativecommons.org/licenses/by/4.0/",
                f"https://data.example.gov.cn/datasets/{identifier}/1/{file}",
            )
            for file, facts in listed.items()
        }
