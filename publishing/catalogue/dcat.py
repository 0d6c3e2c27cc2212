"""The catalogue in the words of DCAT 3 and its application profile DCAT-AP 3.0.1.

Statutory attributes: 公开属性 is ``dct:accessRights``, 更新频率 ``dct:accrualPeriodicity``, the
legal basis ``dcatap:applicableLegislation``, the area ``dct:spatial``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from publishing.addresses import dataset_address, file_address, site_address, version_address
from publishing.catalogue.dcat_files import TABLE_SCHEMA, distribution, published_files
from publishing.catalogue.dcat_terms import (
    agent,
    authority,
    blank,
    catalogue_iri,
    contact,
    dataset_iri,
    document,
    moment,
    place,
    standard,
    theme,
)
from publishing.catalogue.dcat_vocabulary import LANGUAGES, describe_vocabulary
from publishing.catalogue.services import SERVICES
from publishing.catalogue.statements import Iri, Literal, Statements
from publishing.catalogue.vocabulary import (
    ACCESS_RIGHTS,
    ADMS,
    DCAT,
    DCATAP,
    DCT,
    DEPRECATED,
    ELI,
    FOAF,
    FREQUENCIES,
    RDF,
    RDFS,
    SKOS,
    XSD,
)
from publishing.themes import theme_titles
from schemas.site import Site

DOCUMENTS = ("datapackage.json", "croissant.json", "changelog.json")
"""Files of a version that tell of it."""


def dataset_statements(site: Site, manifest: Mapping[str, Any], issued: str) -> Statements:
    """The current version of a dataset: its description and a distribution per file.

    Args:
        manifest: of the current version.
        issued: when the first version was released.
    """
    said = Statements()
    dataset = dataset_iri(site, manifest["dataset"])
    said.add(dataset, RDF.type, DCAT.Dataset)
    said.texts(dataset, DCT.title, manifest["title"])
    said.texts(dataset, DCT.description, manifest["description"])
    for text in manifest.get("known_limitations", ()):
        said.texts(dataset, SKOS.note, text)
    said.add(dataset, DCT.identifier, Literal(manifest["dataset"]))
    said.add(dataset, DCT.publisher, agent(said, dataset, manifest["owner"]))
    said.add(dataset, DCAT.contactPoint, contact(said, site, manifest["dataset"]))
    said.add(dataset, DCAT.theme, theme(site, manifest["theme"]))
    zh, en = theme_titles(manifest["theme"])
    said.texts(dataset, DCAT.keyword, {"zh": zh, "en": en})
    said.add(dataset, DCT.language, authority("language", "ZHO"))
    _statutory(said, site, dataset, manifest)
    _versions(said, site, dataset, manifest, issued)
    _notices(said, site, dataset, manifest)
    document(said, dataset, DCAT.landingPage, dataset_address(site, manifest["dataset"]))
    for listed in published_files(manifest):
        said.add(dataset, DCAT.distribution, distribution(said, site, manifest, listed))
    return said


def _statutory(said: Statements, site: Site, dataset: Iri, manifest: Mapping[str, Any]) -> None:
    """公开属性, 更新频率, area, period, legal basis."""
    frequency = FREQUENCIES[manifest["update_frequency"]]
    said.add(dataset, DCT.accrualPeriodicity, authority("frequency", frequency))
    rights = ACCESS_RIGHTS[manifest.get("disclosure", "proactive")]
    said.add(dataset, DCT.accessRights, authority("access-right", rights))
    if site.publisher.division_code:
        said.add(dataset, DCT.spatial, place(site))
    period = manifest.get("temporal")
    if period:
        node = blank("period", dataset)
        said.add(dataset, DCT.temporal, node)
        said.add(node, RDF.type, DCT.PeriodOfTime)
        said.add(node, DCAT.startDate, Literal(period["start"], datatype=XSD.date))
        said.add(node, DCAT.endDate, Literal(period["end"], datatype=XSD.date))
    for basis in manifest.get("legal_basis", ()):
        law = Iri(f"{site_address(site)}legislation/{quote(basis['title'])}")
        said.add(dataset, DCATAP.applicableLegislation, law)
        said.add(law, RDF.type, ELI.LegalResource)
        said.add(law, DCT.title, Literal(basis["title"], language="zh"))


def _versions(
    said: Statements, site: Site, dataset: Iri, manifest: Mapping[str, Any], issued: str
) -> None:
    """Which version this is, what came before, and what describes it."""
    name, number = manifest["dataset"], manifest["version"]
    said.add(dataset, DCT.issued, moment(issued))
    said.add(dataset, DCT.modified, moment(manifest["created_at"]))
    said.add(dataset, DCAT.version, Literal(str(number)))
    if manifest.get("previous_version"):
        before = version_address(site, name, manifest["previous_version"])
        said.add(dataset, DCAT.previousVersion, Iri(before))
    if manifest.get("reason"):
        said.add(dataset, ADMS.versionNotes, Literal(manifest["reason"], language="zh"))
    if TABLE_SCHEMA in manifest["files"]:
        address = file_address(site, name, number, TABLE_SCHEMA)
        said.add(dataset, DCT.conformsTo, standard(said, address, "Table Schema"))
    for file in DOCUMENTS:
        if file in manifest["files"]:
            document(said, dataset, FOAF.page, file_address(site, name, number, file))


def _notices(said: Statements, site: Site, dataset: Iri, manifest: Mapping[str, Any]) -> None:
    """What will go: the dataset itself, or some of its fields."""
    whole = manifest.get("deprecated")
    if whole:
        said.add(dataset, ADMS.status, DEPRECATED)
        said.texts(dataset, ADMS.versionNotes, whole["reason"])
        if whole["replaced_by"]:
            said.add(dataset, DCT.isReplacedBy, dataset_iri(site, whole["replaced_by"]))
    for field, notice in manifest.get("deprecated_fields", {}).items():
        until = notice["removed_after"]
        after = (f"，{until} 之后不再发布", f", not published after {until}") if until else ("", "")
        instead = notice["replaced_by"]
        use = (f"，请改用 {instead}", f"; use {instead} instead") if instead else ("", "")
        reason = notice["reason"]
        said.texts(
            dataset,
            ADMS.versionNotes,
            {
                "zh": f"字段 {field} 自 {notice['since']} 起停用{after[0]}{use[0]}：{reason['zh']}",
                "en": f"Field {field} is deprecated since {notice['since']}{after[1]}{use[1]}: "
                f"{reason['en']}",
            },
        )


def catalogue_statements(site: Site, entries: Sequence[Mapping[str, Any]], now: str) -> Statements:
    """The head of the catalogue: who publishes, in which languages, which datasets, and all that
    these refer to.

    Args:
        entries: of ``catalog.json``.
        now: time of the newest release.
    """
    themes = sorted({one["theme"] for one in entries})
    licences = {one["licence"]["path"]: one["licence"] for one in entries}.values()
    said = Statements()
    catalogue = catalogue_iri(site)
    name = site.publisher.name
    said.add(catalogue, RDF.type, DCAT.Catalog)
    titles = {"zh": f"{name.zh}公共数据目录", "en": f"Open data of {name.en}"}
    said.texts(catalogue, DCT.title, titles)
    described = {
        "zh": f"{name.zh}发布的全部数据集的当前版本。",
        "en": f"The current releases of all datasets published by {name.en}.",
    }
    said.texts(catalogue, DCT.description, described)
    said.add(catalogue, DCT.publisher, agent(said, catalogue, name.model_dump()))
    for language in LANGUAGES:
        said.add(catalogue, DCT.language, authority("language", language))
    said.add(catalogue, DCT.modified, moment(now))
    document(said, catalogue, FOAF.homepage, site.publisher.homepage or site_address(site))
    if site.publisher.division_code:
        said.add(catalogue, DCT.spatial, place(site))
    scheme = Iri(f"{site_address(site)}themes")
    said.add(catalogue, DCAT.themeTaxonomy, scheme)
    said.add(scheme, RDF.type, SKOS.ConceptScheme)
    said.texts(scheme, DCT.title, {"zh": "主题", "en": "Themes"})
    describe_vocabulary(said, site, themes, licences)
    if site.query_api:
        document(said, catalogue, RDFS.seeAlso, f"{site_address(site)}{SERVICES}.ttl")
    for one in entries:
        said.add(catalogue, DCAT.dataset, dataset_iri(site, one["id"]))
    return said
