"""Everything in a version's folder that is made of its rows and its dataset file.

The rows themselves (tables per partition and format) and their lineage are written first. From
them and from the dataset file each *form* makes further files: the dataset file itself, the data
package, OCDS, and so on. A form depends on nothing else, so it can be made again whenever the rows
of a version must change (a withdrawal) or come back in another version (a rollback): the dataset
file as it was when the version was cut lies beside the rows as ``dataset.json``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from publishing.charts import charts
from publishing.data_package import data_package
from publishing.descriptions.coverage import temporal_coverage
from publishing.descriptions.croissant import CROISSANT, croissant
from publishing.descriptions.csvw import SUFFIX, csvw_metadata, fractions_of_seconds
from publishing.descriptions.json_schema import JSON_SCHEMA, json_schema
from publishing.descriptions.table_schema import table_schema_document
from publishing.hashed_file import FileFacts
from publishing.json_text import json_document, lined_document
from publishing.ocds import ocds_package
from publishing.ocds.release_package import OCDS
from publishing.version_build import DATASET_FILE, PACKAGE, TABLE_SCHEMA, VersionBuild
from schemas.dataset import Dataset
from schemas.site import Site


@dataclass(frozen=True, slots=True)
class VersionContents:
    """What forms are made of.

    Attributes:
        dataset: the dataset file of this version.
        number: of the version.
        created: when it was cut.
        folder: where its files lie.
        partitions: as in the manifest.
        files: what was written so far, with the forms before this one.
        vocabulary_folders: where the site's own code lists stand.
    """

    dataset: Dataset
    site: Site
    number: int
    created: dt.datetime
    folder: Path
    partitions: Sequence[Mapping[str, Any]]
    files: Mapping[str, FileFacts]
    vocabulary_folders: tuple[Path, ...] = ()

    def parquet_files(self) -> list[Path]:
        """The rows, a file per partition, in order."""
        return [self.folder / part["formats"]["parquet"] for part in self.partitions]

    def rows(self) -> pl.DataFrame:
        """All rows, partitions in order; a frame without columns where there is none."""
        parts = [pl.read_parquet(file, hive_partitioning=False) for file in self.parquet_files()]
        return pl.concat(parts) if parts else pl.DataFrame()


@dataclass(frozen=True, slots=True)
class Form:
    """What a form gives.

    Attributes:
        files: by name.
        told: keys of the manifest.
        lasting: whether the files are mostly the same from version to version; equal ones are
            stored once then, as tables are.
    """

    files: Mapping[str, bytes]
    told: Mapping[str, Any] = field(default_factory=dict)
    lasting: bool = False


def dataset_file(contents: VersionContents) -> Form:
    """``dataset.json``: the dataset file as it was when the version was cut."""
    described = json_document(contents.dataset.model_dump(mode="json"))
    return Form({DATASET_FILE: described}, lasting=True)


def read_dataset_file(folder: Path) -> Dataset:
    """The dataset file of a version. Raises FileNotFoundError where the folder has none."""
    return Dataset.model_validate_json((folder / DATASET_FILE).read_bytes())


def period(contents: VersionContents) -> Form:
    """Which days the rows speak of: ``temporal`` in the manifest."""
    return Form({}, {"temporal": temporal_coverage(contents.dataset, contents.parquet_files())})


def announcements(contents: VersionContents) -> Form:
    """What will go: ``deprecated`` (of the dataset, or null) and ``deprecated_fields`` in the
    manifest."""
    dataset = contents.dataset
    fields = {
        field.name: field.deprecated.published() for field in dataset.fields if field.deprecated
    }
    whole = dataset.deprecated.published() if dataset.deprecated else None
    return Form({}, {"deprecated": whole, "deprecated_fields": fields})


def open_contracting(contents: VersionContents) -> Form:
    """``ocds.json`` of procurement datasets."""
    if "ocds" not in contents.dataset.portable_forms:
        return Form({})
    made = ocds_package(
        contents.dataset,
        contents.rows(),
        contents.site,
        version=contents.number,
        now=contents.created,
    )
    told = {"rows": made.rows, "rows_left_out": made.rows_left_out}
    if not made.rows:  # a package without a release is none
        return Form({}, {"portable_forms": {"ocds": told}})
    return Form(
        {OCDS: json_document(made.document)},
        {"portable_forms": {"ocds": {"file": OCDS, **told}}},
    )


def package(contents: VersionContents) -> Form:
    """``datapackage.json``."""
    described = data_package(
        contents.dataset,
        version=contents.number,
        created=contents.created.isoformat(),
        partitions=contents.partitions,
        files=contents.files,
    )
    return Form({PACKAGE: json_document(described)})


def schemas_of_rows(contents: VersionContents) -> Form:
    """``schema.json`` (JSON Schema of a row) and ``tableschema.json``."""
    dataset = contents.dataset
    return Form(
        {
            JSON_SCHEMA: json_document(json_schema(dataset, contents.site, contents.number)),
            TABLE_SCHEMA: json_document(table_schema_document(dataset)),
        }
    )


def csv_on_the_web(contents: VersionContents) -> Form:
    """``<table>.csv-metadata.json`` beside each CSV."""
    made = {}
    for part in contents.partitions:
        if "csv" not in part["formats"]:
            continue
        file = part["formats"]["csv"]
        fractions = fractions_of_seconds(
            contents.dataset, contents.folder / part["formats"]["parquet"]
        )
        described = csvw_metadata(contents.dataset, contents.site, file=file, fractions=fractions)
        made[f"{file}{SUFFIX}"] = json_document(described)
    return Form(made, lasting=True)


def machine_learning(contents: VersionContents) -> Form:
    """``croissant.json``."""
    described, records = croissant(
        contents.dataset,
        contents.site,
        version=contents.number,
        created=contents.created,
        partitions=contents.partitions,
        files=contents.files,
    )
    return Form({CROISSANT: lined_document(described, "recordSet", records)})


def drawn_charts(contents: VersionContents) -> Form:
    """``chart.<id>.json`` and ``chart.<id>.<language>.svg`` of the charts in the dataset file."""
    made = charts(
        contents.dataset,
        contents.parquet_files(),
        created=contents.created,
        timezone=contents.site.timezone,
        vocabulary_folders=contents.vocabulary_folders,
    )
    return Form(made.files, {"charts": made.told})


FORMS: tuple[Callable[[VersionContents], Form], ...] = (
    dataset_file,
    period,
    announcements,
    open_contracting,
    drawn_charts,
    package,
    schemas_of_rows,
    csv_on_the_web,
    machine_learning,
)
"""In the order they are made: a form may read files of those before it."""


def write_forms(
    build: VersionBuild,
    dataset: Dataset,
    site: Site,
    *,
    created: dt.datetime,
    partitions: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Write all forms of a version under construction; what they add to its manifest."""
    contents = VersionContents(
        dataset,
        site,
        build.number,
        created,
        build.folder,
        partitions,
        build.files,
        build.vocabulary_folders,
    )
    told: dict[str, Any] = {"forms": []}
    for form in FORMS:
        made = form(contents)
        for name, content in made.files.items():
            build.write(name, content)
            told["forms"].append(name)
        if made.lasting:
            build.keep({name: build.files[name] for name in made.files})
        told |= made.told
    return told
