"""Media types of published files, and the names under which browsers save them (RFC 6266)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".csv": "text/csv; charset=utf-8",
    ".csv-metadata.json": "application/csvm+json; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".jsonl": "application/x-ndjson; charset=utf-8",
    ".jsonld": "application/ld+json; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".rdf": "application/rdf+xml; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml; charset=utf-8",
    "feed.xml": "application/atom+xml; charset=utf-8",
    "SHA256SUMS": "text/plain; charset=utf-8",
}
"""By the longest end of the name that fits."""
UNKNOWN: Final = "application/octet-stream"

SAVED: Final = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet", ".xlsx")
"""Tables: browsers save them. Everything else they show."""
_COMPRESSED = (".gz", ".parquet", ".png", ".xlsx")
_UNFIT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%]+')
_EXCEL_TWIN = ".excel.xlsx"


def media_type(name: str) -> str:
    """The media type of a file, with its charset where it is text."""
    fitting = [end for end in MEDIA_TYPES if name.endswith(end)]
    return MEDIA_TYPES[max(fitting, key=len)] if fitting else UNKNOWN


def is_compressible(name: str) -> bool:
    """Whether the gzip coding makes the file smaller."""
    return not name.endswith(_COMPRESSED) and media_type(name) != UNKNOWN


def content_disposition(name: str, dataset_id: str, version: int | None, title: str) -> str:
    """What to save a file as: ``land-v3.csv``, or with the title of the dataset ``供地-v3.csv``.

    The version is in the name because two versions side by side in one folder would else
    overwrite each other.
    """
    kind = "attachment" if name.endswith(SAVED) else "inline"
    ascii_name = _saved_name(name, dataset_id, version, dataset_id)
    full_name = _saved_name(name, dataset_id, version, title)
    plain = ascii_name.encode("ascii", "replace").decode().replace("?", "_")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(full_name, safe='')}"


def _saved_name(name: str, dataset_id: str, version: int | None, stem: str) -> str:
    number = "" if version is None else f"-v{version}"
    rest = name.removeprefix(dataset_id)
    if rest == name:  # a document beside the tables
        rest = f"-{name}"
    if rest.endswith(_EXCEL_TWIN):
        rest = rest.removesuffix(_EXCEL_TWIN) + ".xlsx"
    return _UNFIT_IN_NAMES.sub("_", f"{stem}{number}{rest}")
