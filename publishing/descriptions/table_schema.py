"""``tableschema.json``: the Table Schema of a version by itself, for programs that take one beside
a file of their own choice. https://datapackage.org/standard/table-schema/"""

from __future__ import annotations

from typing import Any

from publishing.data_package import table_schema
from schemas.dataset import Dataset

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"


def table_schema_document(dataset: Dataset) -> dict[str, Any]:
    """The schema of ``datapackage.json``, with its own name and profile."""
    return {
        "$schema": PROFILE,
        "name": dataset.id,
        "title": dataset.title.zh,
        "titleEn": dataset.title.en,
        **table_schema(dataset),
    }
