"""``data.json``: the catalogue in the form of Project Open Data 1.1, which many harvesters read.

https://resources.data.gov/resources/dcat-us/ . Properties that only agencies of the United States
have (bureau and programme codes) are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from publishing.file_formats import FILE_FORMATS
from publishing.json_text import json_document
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
ACCESS_LEVELS = {
    "proactive": "public",
    "on_request": "restricted public",
    "not_public": "non-public",
}


def data_json_entry(site: Site, manifest: Mapping[str, Any], issued: str) -> dict[str, Any]:
    """One dataset with its distributions."""
    page = f"{site.base_url.rstrip('/')}/datasets/{manifest['dataset']}/"
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
        "language": ["zh-CN"],
        "landingPage": page,
        "distribution": [
            _distribution(page, manifest, kind, name)
            for part in manifest["partitions"]
            for kind, name in part["formats"].items()
        ],
    }
    if "@" in contact:
        entry["contactPoint"]["hasEmail"] = f"mailto:{quote(contact, safe='@')}"
    return entry


def _distribution(page: str, manifest: Mapping[str, Any], kind: str, name: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "title": name,
        "downloadURL": f"{page}{manifest['version']}/{quote(name)}",
        "mediaType": FILE_FORMATS[kind].encoding_format,
        "format": FILE_FORMATS[kind].file_type,
    }


def data_json_document(site: Site, entries: Iterable[Mapping[str, Any]]) -> bytes:
    """The whole file."""
    return json_document(
        {
            "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "@id": f"{site.base_url.rstrip('/')}/data.json",
            "@type": "dcat:Catalog",
            "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
            "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
            "dataset": list(entries),
        }
    )
