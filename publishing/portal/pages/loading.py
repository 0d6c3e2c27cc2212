"""Loading a version in two lines of a program, with the addresses of its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from publishing.addresses import version_address
from publishing.portal.published import PublishedVersion
from schemas.site import Site

MOST_PARTITIONS = 24
"""Of more, the examples load the newest."""


@dataclass(frozen=True, slots=True)
class LoadingExample:
    """A piece of program: ``tool`` as people call it, ``language`` of the code."""

    tool: str
    language: str
    code: str


def loading_examples(site: Site, version: PublishedVersion) -> list[LoadingExample]:
    """For pandas, polars, DuckDB, R and curl; nothing for a version without rows."""
    parts = version.manifest["partitions"][-MOST_PARTITIONS:]
    if not parts:
        return []
    base = version_address(site, version.dataset.id, version.number)
    parquet = [base + part["formats"]["parquet"] for part in parts]
    first = [base + next(iter(part["formats"].values())) for part in parts]
    return [
        LoadingExample("pandas", "python", _pandas(parquet)),
        LoadingExample("polars", "python", _polars(parquet)),
        LoadingExample("DuckDB", "sql", _duckdb(parquet)),
        LoadingExample("R", "r", _r(parquet)),
        LoadingExample("curl", "sh", "\n".join(f'curl -fLO "{url}"' for url in first)),
    ]


def _listed(urls: Sequence[str], opening: str, closing: str, *, indent: str = "    ") -> str:
    lines = ",\n".join(f"{indent}{json.dumps(url)}" for url in urls)
    return f"{opening}\n{lines},\n{closing}"


def _pandas(urls: Sequence[str]) -> str:
    if len(urls) == 1:
        return f"import pandas as pd\nrows = pd.read_parquet({json.dumps(urls[0])})"
    files = _listed(urls, "files = [", "]")
    return f"import pandas as pd\n{files}\nrows = pd.concat(map(pd.read_parquet, files))"


def _polars(urls: Sequence[str]) -> str:
    if len(urls) == 1:
        return f"import polars as pl\nrows = pl.read_parquet({json.dumps(urls[0])})"
    files = _listed(urls, "files = [", "]")
    return f"import polars as pl\n{files}\nrows = pl.concat(map(pl.read_parquet, files))"


def _duckdb(urls: Sequence[str]) -> str:
    if len(urls) == 1:
        return f"FROM read_parquet('{urls[0]}');"
    files = ",\n".join(f"    '{url}'" for url in urls)
    return f"FROM read_parquet([\n{files}\n]);"


def _r(urls: Sequence[str]) -> str:
    if len(urls) == 1:
        return f"library(arrow)\nrows <- read_parquet({json.dumps(urls[0])})"
    files = ",\n".join(f"  {json.dumps(url)}" for url in urls)
    return (
        f"library(arrow)\nfiles <- c(\n{files}\n)\n"
        "rows <- do.call(rbind, lapply(files, read_parquet))"
    )
