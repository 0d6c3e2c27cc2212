"""Everything that many datasets refer to, said once in the head of the catalogue.

DCAT-AP asks that a value of a vocabulary says its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from publishing.addresses import site_address
from publishing.catalogue.dcat_terms import authority, media_type, place, theme
from publishing.catalogue.statements import Iri, Literal, Statements
from publishing.catalogue.vocabulary import (
    ACCESS_RIGHTS,
    CC,
    DCT,
    DEPRECATED,
    FREQUENCIES,
    RDF,
    SKOS,
    SPDX,
)
from publishing.file_formats import FILE_FORMATS
from publishing.themes import theme_titles
from schemas.site import Site

_TERMS: Final = {
    "redistribution_allowed": (("permits", "Reproduction"), ("permits", "Distribution")),
    "modification_allowed": (("permits", "DerivativeWorks"),),
    "attribution_required": (("requires", "Attribution"), ("requires", "Notice")),
    "share_alike_required": (("requires", "ShareAlike"),),
}
"""Terms of a licence that hold -> the same in the Creative Commons Rights Expression Language,
which knows commercial use only as something prohibited. https://creativecommons.org/ns"""


LANGUAGES: Final = ("ZHO", "ENG")


def describe_vocabulary(
    said: Statements, site: Site, themes: Iterable[str], licences: Iterable[Mapping[str, Any]]
) -> None:
    """Say the class and the titles of every term that datasets may refer to."""
    for frequency in FREQUENCIES.values():
        said.add(authority("frequency", frequency), RDF.type, DCT.Frequency)
    for rights in ACCESS_RIGHTS.values():
        said.add(authority("access-right", rights), RDF.type, DCT.RightsStatement)
    for language in LANGUAGES:
        said.add(authority("language", language), RDF.type, DCT.LinguisticSystem)
    for form in FILE_FORMATS.values():
        said.add(authority("file-type", form.file_type), RDF.type, DCT.MediaTypeOrExtent)
        for name in filter(None, (form.media_type, form.compression)):
            said.add(media_type(name), RDF.type, DCT.MediaType)
    said.add(media_type("application/json"), RDF.type, DCT.MediaType)
    said.add(SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm)
    _concept(said, authority("planned-availability", "STABLE"), "稳定", "stable")
    _concept(said, DEPRECATED, "已停用", "deprecated")
    for name in themes:
        zh, en = theme_titles(name)
        _concept(said, theme(site, name), zh, en)
        said.add(theme(site, name), SKOS.inScheme, Iri(f"{site_address(site)}themes"))
    if site.publisher.division_code:
        said.add(place(site), RDF.type, DCT.Location)
        said.add(place(site), DCT.identifier, Literal(site.publisher.division_code))
        said.texts(place(site), SKOS.prefLabel, site.publisher.name.model_dump())
    for licence in licences:
        _licence(said, licence)


def _concept(said: Statements, concept: Iri, zh: str, en: str) -> None:
    said.add(concept, RDF.type, SKOS.Concept)
    said.texts(concept, SKOS.prefLabel, {"zh": zh, "en": en})


def _licence(said: Statements, given: Mapping[str, Any]) -> None:
    """A licence with what it permits, requires and prohibits, where that is known."""
    node = Iri(given["path"])
    said.add(node, RDF.type, DCT.LicenseDocument)
    said.add(node, DCT.identifier, Literal(given["name"]))
    said.add(node, DCT.title, Literal(given["title"] or given["name"]))
    terms = given.get("terms")
    if not terms:
        return
    said.add(node, RDF.type, CC.License)
    for term, pairs in _TERMS.items():
        if terms[term]:
            for relation, what in pairs:
                said.add(node, Iri(f"{CC}{relation}"), Iri(f"{CC}{what}"))
    if not terms["commercial_use_allowed"]:
        said.add(node, CC.prohibits, CC.CommercialUse)
