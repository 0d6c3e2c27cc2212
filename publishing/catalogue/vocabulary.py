"""Names of the vocabularies that the catalogue speaks, and what our words are in them.

DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/), DCAT-AP 3.0.1, and the authority tables of the EU's
Publications Office, whose URIs serve anybody (facts 7.2).
"""

from __future__ import annotations

from typing import Final

from rdflib import Namespace
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")  # DCAT 3; rdflib knows DCAT 2
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
IANA: Final = "https://www.iana.org/assignments/media-types/"

XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"  # of xml:lang

PREFIXES: Final[dict[str, str]] = {
    "dcat": str(DCAT),
    "dcatap": str(DCATAP),
    "dct": str(DCTERMS),
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
