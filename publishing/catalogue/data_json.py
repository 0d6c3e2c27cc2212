"""``data.json``: the catalogue in the form of Project Open Data 1.1, which many harvesters read.

https://resources.data.gov/resources/dcat-us/ . Properties that only agencies of the United States
have (bureau and programme codes) are left out; ``licenseTerms`` is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from publishing.addresses import dataset_address, file_address
from publishing.catalogue.dcat_files import (
    ROW_SCHEMA,
    TABLE_SCHEMA,
    PublishedFile,
    published_files,
)
from publishing.json_text import lined_document
from publishing.themes import theme_titles
from schemas.site import Site

# ISO 8601 repeating intervals
PERIODS = {
    "hourly": "R/PT1H",
    "daily": "R/P1D",
    "weekly": "R/P1W",
    "monthly": "R/P1M",
    "quarterly": "R/P3M",
    "biannual": "R/P6M",
    "annual": "R/P1Y",
    "irregular": "irregular",
}
_SCHEMA_TYPES = {ROW_SCHEMA: "application/schema+json", TABLE_SCHEMA: "application/json"}
ACCESS_LEVELS = {
    "proactive": "public",
    "on_request": "restricted public",
    "not_public": "non-public",
}


def data_json_entry(site: Site, manifest: Mapping[str, Any], issued: str) -> dict[str, Any]:
    """One dataset with its distributions."""
    page = dataset_address(site, manifest["dataset"])
    theme = theme_titles(manifest["theme"])
    contact = site.publisher.contact or ""
    entry: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": page,
        "title": manifest["title"]["zh"],
        "description": manifest["description"]["zh"],
        "keyword": list(theme),
        "theme": [theme[0]],
        "issued": issued,
        "modified": manifest["created_at"],
        "publisher": {"@type": "org:Organization", "name": manifest["owner"]["zh"]},
        "contactPoint": {"@type": "vcard:Contact", "fn": site.publisher.name.zh},
        "accessLevel": ACCESS_LEVELS[manifest.get("disclosure", "proactive")],
        "accrualPeriodicity": PERIODS[manifest["update_frequency"]],
        "license": manifest["licence"]["path"],
        "licenseTerms": manifest["licence"].get("terms"),
        "language": ["zh-CN"],
        "landingPage": page,
        "distribution": [
            _distribution(site, manifest, listed) for listed in published_files(manifest)
        ],
    }
    if "@" in contact:
        entry["contactPoint"]["hasEmail"] = f"mailto:{quote(contact, safe='@')}"
    if manifest.get("temporal"):
        entry["temporal"] = f"{manifest['temporal']['start']}/{manifest['temporal']['end']}"
    if site.publisher.division_code:
        entry["spatial"] = site.publisher.name.zh
    if TABLE_SCHEMA in manifest["files"]:
        entry["describedBy"] = _address(site, manifest, TABLE_SCHEMA)
        entry["describedByType"] = "application/json"
    return entry


def _address(site: Site, manifest: Mapping[str, Any], name: str) -> str:
    return file_address(site, manifest["dataset"], manifest["version"], name)


def _distribution(site: Site, manifest: Mapping[str, Any], listed: PublishedFile) -> dict[str, Any]:
    said = {
        "@type": "dcat:Distribution",
        "title": listed.name,
        "downloadURL": _address(site, manifest, listed.name),
        "mediaType": listed.form.encoding_format,
        "format": listed.form.file_type,
    }
    if listed.schema:
        said["describedBy"] = _address(site, manifest, listed.schema)
        said["describedByType"] = _SCHEMA_TYPES.get(listed.schema, "application/csvm+json")
    if listed.conforms_to:
        said["conformsTo"] = listed.conforms_to
    return said


def data_json_document(site: Site, entries: Iterable[Mapping[str, Any]]) -> bytes:
    """The whole file."""
    return lined_document(
        {
            "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "@id": f"{site.base_url.rstrip('/')}/data.json",
            "@type": "dcat:Catalog",
            "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
            "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        },
        "dataset",
        entries,
    )
