"""Names of the vocabularies that the catalogue speaks, and what our words are in them.

DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/), DCAT-AP 3.0.1, and the authority tables of the EU's
Publications Office, whose URIs serve anybody (facts 7.2).
"""

from __future__ import annotations

from typing import Final

from publishing.catalogue.statements import XSD as XSD_NAMESPACE
from publishing.catalogue.statements import Iri


class Namespace:
    """A vocabulary: an attribute is the name of a term, ``DCT.title``."""

    def __init__(self, base: str) -> None:
        self._base = base

    def __getattr__(self, name: str) -> Iri:
        return Iri(f"{self._base}{name}")

    def __str__(self) -> str:
        return self._base


ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
CC: Final = Namespace("http://creativecommons.org/ns#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DCT: Final = Namespace("http://purl.org/dc/terms/")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
XSD: Final = Namespace(XSD_NAMESPACE)
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
IANA: Final = "https://www.iana.org/assignments/media-types/"
DEPRECATED: Final = Iri("http://purl.org/adms/status/Deprecated")
OPENAPI: Final = Iri("https://spec.openapis.org/oas/v3.1.0")
OCDS: Final = Iri("https://standard.open-contracting.org/1.1/en/")

PREFIXES: Final[dict[str, str]] = {
    "adms": str(ADMS),
    "cc": str(CC),
    "dcat": str(DCAT),
    "dcatap": str(DCATAP),
    "dct": str(DCT),
    "eli": str(ELI),
    "foaf": str(FOAF),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "skos": str(SKOS),
    "spdx": str(SPDX),
    "vcard": str(VCARD),
    "xsd": str(XSD),
}

FREQUENCIES: Final = {
    "hourly": "HOURLY",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "biannual": "ANNUAL_2",
    "annual": "ANNUAL",
    "irregular": "IRREG",
}
ACCESS_RIGHTS: Final = {
    "proactive": "PUBLIC",
    "on_request": "RESTRICTED",
    "not_public": "NON_PUBLIC",
}
