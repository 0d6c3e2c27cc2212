"""CKAN's own DCAT parser reads every dataset, licence and distribution of the catalogue."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ckan_programs import installed_programs
from publishing_office import Office

READING = Path(__file__).with_name("ckan_reading.py")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ckan(request: pytest.FixtureRequest) -> Path:
    """The folder with ckanext-dcat and CKAN."""
    return installed_programs(request.config)


def read(ckan: Path, catalogue: Path, form: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(READING), str(ckan), str(catalogue), form],
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
