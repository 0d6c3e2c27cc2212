"""Distributions: each file of the current version, with its hash and what it conforms to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from publishing.addresses import file_address
from publishing.catalogue.dcat_terms import authority, blank, media_type, moment, standard
from publishing.catalogue.statements import Iri, Literal, Statements
from publishing.catalogue.vocabulary import DCAT, DCATAP, DCT, OCDS, RDF, SPDX, XSD
from publishing.file_formats import FILE_FORMATS, FileFormat
from schemas.site import Site

OCDS_FILE = "ocds.json"
OCDS_FORMAT = FileFormat("JSON", "application/json", "", ("OCDS 数据包", "OCDS release package"))
ROW_SCHEMA, TABLE_SCHEMA, CSVW = "schema.json", "tableschema.json", "-metadata.json"
_SCHEMAS = {
    "jsonl": ROW_SCHEMA,
    "jsonl.gz": ROW_SCHEMA,
    "csv": TABLE_SCHEMA,
    "csv.gz": TABLE_SCHEMA,
    "parquet": TABLE_SCHEMA,
}
"""Files for Excel have other headers than any of them says."""
_TITLES = {ROW_SCHEMA: "JSON Schema", TABLE_SCHEMA: "Table Schema"}


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file that holds data, as catalogues list it.

    Attributes:
        name: of the file.
        form: its format.
        schema: name of the file beside it that says what is in it; "" where there is none.
        schema_title: the language of that file.
        conforms_to: address of a standard that the file itself conforms to; "" where there is none.
    """

    name: str
    form: FileFormat
    schema: str
    schema_title: str
    conforms_to: str = ""


def published_files(manifest: Mapping[str, Any]) -> Iterator[PublishedFile]:
    """The tables of all partitions, and OCDS where there is one."""
    files = manifest["files"]
    for part in manifest["partitions"]:
        for kind, name in part["formats"].items():
            schema, title = f"{name}{CSVW}", "CSV on the Web"
            if schema not in files:
                schema = _SCHEMAS.get(kind, "")
                title = _TITLES.get(schema, "")
            if schema not in files:
                schema = title = ""
            yield PublishedFile(name, FILE_FORMATS[kind], schema, title)
    if OCDS_FILE in files:
        yield PublishedFile(OCDS_FILE, OCDS_FORMAT, "", "", OCDS)


def distribution(
    said: Statements, site: Site, manifest: Mapping[str, Any], listed: PublishedFile
) -> Iri:
    """One file."""

    def address(name: str) -> str:
        return file_address(site, manifest["dataset"], manifest["version"], name)

    file = Iri(address(listed.name))
    facts = manifest["files"][listed.name]
    zh, en = listed.form.title
    said.add(file, RDF.type, DCAT.Distribution)
    said.add(file, DCT.title, Literal(listed.name))
    said.texts(file, DCT.description, {"zh": zh, "en": en})
    said.add(file, DCAT.accessURL, file)
    said.add(file, DCAT.downloadURL, file)
    said.add(file, DCT.format, authority("file-type", listed.form.file_type))
    said.add(file, DCAT.mediaType, media_type(listed.form.media_type))
    if listed.form.compression:
        said.add(file, DCAT.compressFormat, media_type(listed.form.compression))
    said.add(file, DCAT.byteSize, Literal(str(facts["bytes"]), datatype=XSD.nonNegativeInteger))
    checksum = blank("checksum", file)
    said.add(file, SPDX.checksum, checksum)
    said.add(checksum, RDF.type, SPDX.Checksum)
    said.add(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    said.add(checksum, SPDX.checksumValue, Literal(facts["sha256"], datatype=XSD.hexBinary))
    said.add(file, DCT.license, Iri(manifest["licence"]["path"]))
    said.add(file, DCT.modified, moment(manifest["created_at"]))
    if listed.schema:
        schema = standard(said, address(listed.schema), listed.schema_title)
        said.add(file, DCT.conformsTo, schema)
    if listed.conforms_to:
        ocds = standard(said, listed.conforms_to, "Open Contracting Data Standard 1.1")
        said.add(file, DCT.conformsTo, ocds)
    said.add(file, DCATAP.availability, authority("planned-availability", "STABLE"))
    return file
