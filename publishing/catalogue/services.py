"""``services.ttl`` and ``services.jsonld``: the query API as a DCAT data service.

In files of their own: the stricter of the two SHACL files of DCAT-AP 3.0.1 refers to two shapes of
data services that it does not define, at which validators stop; so a catalogue with a service in
it could not be validated at all. The catalogue points here with ``rdfs:seeAlso``.
"""

from __future__ import annotations

from collections.abc import Sequence

from publishing.addresses import site_address
from publishing.catalogue.dcat_terms import (
    agent,
    authority,
    catalogue_iri,
    contact,
    dataset_iri,
    document,
    standard,
)
from publishing.catalogue.statements import Iri, Statements
from publishing.catalogue.vocabulary import DCAT, DCT, FOAF, OPENAPI, RDF
from schemas.site import Site

SERVICES = "services"


def service_statements(site: Site, datasets: Sequence[str]) -> Statements:
    """The query API: where it is, what describes it, which datasets it serves."""
    said = Statements()
    service = Iri(f"{site_address(site)}api/v1/")
    said.add(service, RDF.type, DCAT.DataService)
    said.texts(service, DCT.title, {"zh": "数据查询接口", "en": "Query API"})
    described = {
        "zh": "按字段筛选、排序、分组和汇总任一数据集的任一版本。",
        "en": "Filter, sort, group and aggregate any version of any dataset by its fields.",
    }
    said.texts(service, DCT.description, described)
    said.add(service, DCAT.endpointURL, service)
    document(said, service, DCAT.endpointDescription, f"{service}openapi.json")
    document(said, service, DCAT.landingPage, f"{site_address(site)}api/")
    said.add(service, DCT.conformsTo, standard(said, OPENAPI, "OpenAPI 3.1"))
    name = site.publisher.name.model_dump()
    said.add(service, DCT.publisher, agent(said, catalogue_iri(site), name))
    said.add(service, DCAT.contactPoint, contact(said, site, service))
    rights = authority("access-right", "PUBLIC")
    said.add(rights, RDF.type, DCT.RightsStatement)
    said.add(service, DCT.accessRights, rights)
    document(said, service, FOAF.page, f"{site_address(site)}catalog.jsonld")
    for dataset in datasets:
        said.add(service, DCAT.servesDataset, dataset_iri(site, dataset))
    return said
