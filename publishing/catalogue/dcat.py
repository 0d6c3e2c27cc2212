"""One release, and the catalogue as a whole, as DCAT-AP 3.0.1.

Mandatory and recommended properties of DCAT-AP are given wherever the site or the dataset says
them. Ranges that the stricter shapes ask for are stated beside the terms of other vocabularies
(facts 7.2), so that a reader who fetches nothing can check the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, XSD
from rdflib.term import Node

from publishing.catalogue.vocabulary import (
    ACCESS_RIGHTS,
    AUTHORITY,
    DCAT,
    DCATAP,
    ELI,
    FREQUENCIES,
    IANA,
    PREFIXES,
    SPDX,
    VCARD,
    XML_NAMESPACE,
)
from publishing.file_formats import FILE_FORMATS
from publishing.themes import theme_titles
from schemas.site import Site


def bound_graph() -> Graph:
    """An empty graph that knows our prefixes and no others."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in {**PREFIXES, "xml": XML_NAMESPACE}.items():
        graph.bind(prefix, namespace)
    return graph


def catalogue_uri(site: Site) -> URIRef:
    """The catalogue itself."""
    return URIRef(f"{site.base_url.rstrip('/')}/catalog")


def dataset_uri(site: Site, dataset: str) -> URIRef:
    """A dataset, whatever its version."""
    return URIRef(f"{site.base_url.rstrip('/')}/datasets/{dataset}")


def file_uri(site: Site, dataset: str, version: int, name: str) -> URIRef:
    """A file of one version."""
    return URIRef(f"{dataset_uri(site, dataset)}/{version}/{quote(name)}")


def dataset_graph(site: Site, manifest: Mapping[str, Any], issued: str) -> Graph:
    """The current version of a dataset: its description and a distribution per file.

    Args:
        manifest: of the current version.
        issued: when the first version was released.
    """
    graph = bound_graph()
    dataset = dataset_uri(site, manifest["dataset"])
    graph.add((dataset, RDF.type, DCAT.Dataset))
    _texts(graph, dataset, DCTERMS.title, manifest["title"])
    _texts(graph, dataset, DCTERMS.description, manifest["description"])
    for text in manifest.get("known_limitations", ()):
        _texts(graph, dataset, SKOS.note, text)
    graph.add((dataset, DCTERMS.identifier, Literal(manifest["dataset"])))
    graph.add((dataset, DCTERMS.publisher, _agent(graph, str(dataset), manifest["owner"])))
    graph.add((dataset, DCAT.contactPoint, _contact(graph, site, manifest["dataset"])))
    graph.add((dataset, DCAT.theme, _theme(graph, site, manifest["theme"])))
    for language, theme in zip(("zh", "en"), theme_titles(manifest["theme"]), strict=True):
        graph.add((dataset, DCAT.keyword, Literal(theme, lang=language)))
    graph.add((dataset, DCTERMS.issued, _moment(issued)))
    graph.add((dataset, DCTERMS.modified, _moment(manifest["created_at"])))
    graph.add((dataset, DCAT.version, Literal(str(manifest["version"]))))
    _authority(graph, dataset, DCTERMS.accrualPeriodicity, "frequency", _frequency(manifest))
    graph.add((_term("frequency", _frequency(manifest)), RDF.type, DCTERMS.Frequency))
    _authority(graph, dataset, DCTERMS.accessRights, "access-right", _rights(manifest))
    graph.add((_term("access-right", _rights(manifest)), RDF.type, DCTERMS.RightsStatement))
    if site.publisher.division_code:
        graph.add((dataset, DCTERMS.spatial, _place(graph, site)))
    for basis in manifest.get("legal_basis", ()):
        graph.add((dataset, DCATAP.applicableLegislation, _law(graph, site, basis)))
    page = URIRef(f"{dataset}/")
    graph.add((dataset, DCAT.landingPage, page))
    graph.add((page, RDF.type, FOAF.Document))
    for part in manifest["partitions"]:
        for kind, name in part["formats"].items():
            graph.add(
                (dataset, DCAT.distribution, _distribution(graph, site, manifest, kind, name))
            )
    return graph


def catalogue_graph(site: Site, datasets: Sequence[str], themes: Sequence[str], now: str) -> Graph:
    """The head of the catalogue: who publishes, in which languages, and which datasets."""
    graph = bound_graph()
    catalogue = catalogue_uri(site)
    name = site.publisher.name
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    titles = {"zh": f"{name.zh}公共数据目录", "en": f"Open data of {name.en}"}
    _texts(graph, catalogue, DCTERMS.title, titles)
    described = {
        "zh": f"{name.zh}发布的全部数据集的当前版本。",
        "en": f"The current releases of all datasets published by {name.en}.",
    }
    _texts(graph, catalogue, DCTERMS.description, described)
    graph.add((catalogue, DCTERMS.publisher, _agent(graph, str(catalogue), name.model_dump())))
    for language in ("ZHO", "ENG"):
        _authority(graph, catalogue, DCTERMS.language, "language", language)
        graph.add((_term("language", language), RDF.type, DCTERMS.LinguisticSystem))
    graph.add((catalogue, DCTERMS.modified, _moment(now)))
    homepage = URIRef(site.publisher.homepage or f"{site.base_url.rstrip('/')}/")
    graph.add((catalogue, FOAF.homepage, homepage))
    graph.add((homepage, RDF.type, FOAF.Document))
    if site.publisher.division_code:
        graph.add((catalogue, DCTERMS.spatial, _place(graph, site)))
    scheme = URIRef(f"{site.base_url.rstrip('/')}/themes")
    graph.add((catalogue, DCAT.themeTaxonomy, scheme))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    _texts(graph, scheme, DCTERMS.title, {"zh": "主题", "en": "Themes"})
    for theme in themes:
        _theme(graph, site, theme)
    for dataset in datasets:
        graph.add((catalogue, DCAT.dataset, dataset_uri(site, dataset)))
    return graph


def _distribution(
    graph: Graph, site: Site, manifest: Mapping[str, Any], kind: str, name: str
) -> URIRef:
    file = file_uri(site, manifest["dataset"], manifest["version"], name)
    facts = manifest["files"][name]
    form = FILE_FORMATS[kind]
    graph.add((file, RDF.type, DCAT.Distribution))
    graph.add((file, DCTERMS.title, Literal(name)))
    graph.add((file, DCAT.accessURL, file))
    graph.add((file, DCAT.downloadURL, file))
    _authority(graph, file, DCTERMS["format"], "file-type", form.file_type)
    graph.add((_term("file-type", form.file_type), RDF.type, DCTERMS.MediaTypeOrExtent))
    _media_type(graph, file, DCAT.mediaType, form.media_type)
    if form.compression:
        _media_type(graph, file, DCAT.compressFormat, form.compression)
    graph.add((file, DCAT.byteSize, Literal(facts["bytes"], datatype=XSD.nonNegativeInteger)))
    checksum = _blank("checksum", str(file))
    graph.add((file, SPDX.checksum, checksum))
    graph.add((checksum, RDF.type, SPDX.Checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    graph.add((SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm))
    value = Literal(facts["sha256"], datatype=XSD.hexBinary, normalize=False)
    graph.add((checksum, SPDX.checksumValue, value))
    licence = URIRef(manifest["licence"]["path"])
    graph.add((file, DCTERMS.license, licence))
    graph.add((licence, RDF.type, DCTERMS.LicenseDocument))
    graph.add((file, DCTERMS.modified, _moment(manifest["created_at"])))
    availability = URIRef(f"{AUTHORITY}planned-availability/STABLE")
    graph.add((file, DCATAP.availability, availability))
    graph.add((availability, RDF.type, SKOS.Concept))
    _texts(graph, availability, SKOS.prefLabel, {"zh": "稳定", "en": "stable"})
    return file


def _texts(graph: Graph, subject: Node, predicate: URIRef, texts: Mapping[str, str]) -> None:
    """Both languages of a text."""
    for language, text in texts.items():
        graph.add((subject, predicate, Literal(text, lang=language)))


def _moment(text: str) -> Literal:
    return Literal(text, datatype=XSD.dateTime, normalize=False)


def _blank(*said: str) -> BNode:
    """A blank node named by what it belongs to: the same bytes every time, and no name twice."""
    return BNode("b" + hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:20])


def _agent(graph: Graph, of: str, name: Mapping[str, str]) -> BNode:
    agent = _blank("agent", of)
    graph.add((agent, RDF.type, FOAF.Agent))
    _texts(graph, agent, FOAF.name, name)
    return agent


def _contact(graph: Graph, site: Site, dataset: str) -> BNode:
    contact = _blank("contact", dataset)
    graph.add((contact, RDF.type, VCARD.Kind))
    graph.add((contact, VCARD.fn, Literal(site.publisher.name.zh, lang="zh")))
    reached = site.publisher.contact or ""
    if "@" in reached:
        graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{quote(reached, safe='@')}")))
    elif reached:
        graph.add((contact, VCARD.note, Literal(reached)))
    return contact


def _theme(graph: Graph, site: Site, theme: str) -> URIRef:
    concept = URIRef(f"{site.base_url.rstrip('/')}/themes/{theme}")
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, URIRef(f"{site.base_url.rstrip('/')}/themes")))
    zh, en = theme_titles(theme)
    _texts(graph, concept, SKOS.prefLabel, {"zh": zh, "en": en})
    return concept


def _place(graph: Graph, site: Site) -> URIRef:
    """The area by its GB/T 2260 code."""
    place = URIRef(f"urn:cn:gbt2260:{site.publisher.division_code}")
    graph.add((place, RDF.type, DCTERMS.Location))
    graph.add((place, DCTERMS.identifier, Literal(site.publisher.division_code)))
    _texts(graph, place, SKOS.prefLabel, site.publisher.name.model_dump())
    return place


def _law(graph: Graph, site: Site, basis: Mapping[str, Any]) -> URIRef:
    law = URIRef(f"{site.base_url.rstrip('/')}/legislation/{quote(basis['title'])}")
    graph.add((law, RDF.type, ELI.LegalResource))
    graph.add((law, DCTERMS.title, Literal(basis["title"], lang="zh")))
    return law


def _media_type(graph: Graph, subject: Node, predicate: URIRef, name: str) -> None:
    media_type = URIRef(f"{IANA}{name}")
    graph.add((subject, predicate, media_type))
    graph.add((media_type, RDF.type, DCTERMS.MediaType))


def _term(table: str, code: str) -> URIRef:
    return URIRef(f"{AUTHORITY}{table}/{code}")


def _authority(graph: Graph, subject: Node, predicate: URIRef, table: str, code: str) -> None:
    graph.add((subject, predicate, _term(table, code)))


def _frequency(manifest: Mapping[str, Any]) -> str:
    return FREQUENCIES[manifest["update_frequency"]]


def _rights(manifest: Mapping[str, Any]) -> str:
    return ACCESS_RIGHTS[manifest.get("disclosure", "proactive")]
