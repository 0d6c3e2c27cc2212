"""The API against its own description: whatever it accepts is answered, whatever not is refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from portal_server import served
from publishing_office import Office
from queried_parcels import parcels, queried_office

FIELDS = ("number", "price_cny", "ratio", "floors", "is_new", "seen_at")
EXAMPLES = "4"  # per operation, beside those that cover each parameter's bounds


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    office: Office = queried_office(
        tmp_path_factory.mktemp("fuzzing") / "site",
        parcels(60),
        only=FIELDS,
        site={"portal": {"rate_limit_per_minute": None}},
    )
    with served(office) as address:
        yield f"{address}/api/v1"
    office.release_site.warehouse.close()


def test_the_description_is_openapi(address: str) -> None:
    with urllib.request.urlopen(f"{address}/openapi.json") as answer:
        document = json.load(answer)
    OpenAPIV31SpecValidator(document).validate()
    parameters = {
        one["name"]
        for one in document["paths"]["/datasets/parcels/rows"]["get"]["parameters"]
        if "name" in one
    }
    assert {"price_cny", "price_cny.ge", "number.contains", "sort", "group", "is_new"} <= parameters


def test_schemathesis_finds_no_fault(address: str, tmp_path: Path) -> None:
    """All checks, on a real server, in every phase."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"),
        *("--url", address, "--checks", "all", "--max-examples", EXAMPLES),
        *("--generation-deterministic", "--no-color", "--max-failures", "5"),
        *("--suppress-health-check", "all"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"Tested: *[45]\b", done.stdout), done.stdout
