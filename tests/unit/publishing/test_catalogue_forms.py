"""The catalogue of every shipped dataset, read by the libraries its forms are for."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from publishing_office import Office, open_site, parcel
from rdflib import BNode, Graph, Namespace, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, RDFS
from rdflib.namespace import FOAF as FOAF_NAMES

from benchmarks.measuring import measure
from publishing.catalogue.serializing import (
    json_ld_document,
    json_ld_nodes,
    rdf_xml_document,
    rdf_xml_elements,
    turtle_document,
    turtle_statements,
)
from publishing.catalogue.sitemap import sitemap_documents
from publishing.catalogue.statements import Blank, Iri, Literal, Statements
from publishing.catalogue.vocabulary import DCT, XSD

ADMS = Namespace("http://www.w3.org/ns/adms#")
CC = Namespace("http://creativecommons.org/ns#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BASE = "https://data.example.gov.cn"


@pytest.fixture(scope="module")
def public(every_release: dict[str, Office]) -> Path:
    """The public folder with a release of every shipped dataset."""
    return next(iter(every_release.values())).folder / "public"


@pytest.fixture(scope="module")
def graph(public: Path) -> Graph:
    return Graph().parse(public / "catalog.ttl", format="turtle")


def said_in(graph: Graph) -> Counter[tuple[Any, ...]]:
    """The statements, each blank node known by what is said of it; general comparison of graphs
    takes many seconds here."""
    blanks = {
        one: frozenset((name, value) for name, value in graph.predicate_objects(one))
        for one in graph.subjects()
        if isinstance(one, BNode)
    }
    return Counter(
        tuple(blanks.get(term, term) for term in statement)  # type: ignore[call-overload]
        for statement in graph
    )


def test_three_forms_say_the_same_of_every_dataset(
    public: Path, graph: Graph, every_release: dict[str, Office]
) -> None:
    for name, form in (("catalog.rdf", "xml"), ("catalog.jsonld", "json-ld")):
        assert said_in(Graph().parse(public / name, format=form)) == said_in(graph)
    named = {str(one).rpartition("/")[2] for one in graph.subjects(RDF.type, DCAT.Dataset)}
    assert named == set(every_release)


texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=30
).filter(lambda text: not re.search("[\x01-\x08\x0b\x0c\x0e-\x1f]", text))


@given(
    literals=st.lists(
        st.one_of(
            st.builds(Literal, texts, language=st.sampled_from(["", "zh", "en"])),
            st.builds(lambda day: Literal(day.isoformat(), datatype=XSD.date), st.dates()),
        ),
        min_size=1,
        max_size=6,
    ),
    iri=texts,
)
def test_any_text_is_read_back_from_all_three_forms(literals: list[Literal], iri: str) -> None:
    said = Statements()
    subject, node = Iri("https://a.example/甲"), Blank("b1")
    said.add(subject, RDF_TYPE, Iri(f"https://a.example/{iri}"))
    said.add(subject, DCT.relation, node)
    for literal in literals:
        said.add(node, DCT.title, literal)
    pieces = {
        "turtle": turtle_document([turtle_statements(said).encode()]),
        "xml": rdf_xml_document([rdf_xml_elements(said).encode()]),
        "json-ld": json_ld_document([json_ld_nodes(said).encode()]),
    }
    read = [Graph().parse(data=data, format=form) for form, data in pieces.items()]
    assert len(read[0]) == 2 + len(set(literals))
    assert isomorphic(read[0], read[1])
    assert isomorphic(read[0], read[2])
    found = {
        (str(one), one.language or "")  # type: ignore[attr-defined]
        for one in read[0].objects(None, DCTERMS.title)
    }
    assert found == {(one.text, one.language) for one in literals}


RDF_TYPE = Iri(str(RDF.type))


@pytest.mark.real_data
@pytest.mark.parametrize("shapes", ["shapes", "SHACL"])
def test_every_dataset_conforms_to_dcat_ap(graph: Graph, real_data: Path, shapes: str) -> None:
    import pyshacl

    file = real_data.parent / "validators" / f"dcat-ap-3.0.1-{shapes}.ttl"
    conforms, _, told = pyshacl.validate(graph, shacl_graph=str(file))
    assert conforms, told


@pytest.mark.real_data
@pytest.mark.parametrize("shapes", ["shapes", "SHACL"])
def test_the_query_api_conforms_too(
    public: Path, graph: Graph, real_data: Path, shapes: str
) -> None:
    import pyshacl

    data = Graph().parse(public / "services.ttl", format="turtle")
    assert isomorphic(data, Graph().parse(public / "services.jsonld", format="json-ld"))
    (service,) = data.subjects(RDF.type, DCAT.DataService)
    assert str(data.value(service, DCAT.endpointDescription)) == f"{BASE}/api/v1/openapi.json"
    assert len(set(data.objects(service, DCAT.servesDataset))) == 12
    shapes_graph = Graph().parse(
        real_data.parent / "validators" / f"dcat-ap-3.0.1-{shapes}.ttl", format="turtle"
    )
    shacl = Namespace("http://www.w3.org/ns/shacl#")
    for shape, named in list(shapes_graph.subject_objects(shacl.property)):
        if (named, None, None) not in shapes_graph:  # a defect of the published file
            shapes_graph.remove((shape, shacl.property, named))
    conforms, _, told = pyshacl.validate(data + graph, shacl_graph=shapes_graph)
    assert conforms, told


def test_what_describes_a_file_is_linked_from_it(public: Path, graph: Graph) -> None:
    folder = f"{BASE}/datasets/procurement_awards/1/"
    linked = {
        name: {str(one) for one in graph.objects(URIRef(folder + name), DCTERMS.conformsTo)}
        for name in ("procurement_awards.csv", "procurement_awards.jsonl", "ocds.json")
    }
    assert linked == {
        "procurement_awards.csv": {f"{folder}procurement_awards.csv-metadata.json"},
        "procurement_awards.jsonl": {f"{folder}schema.json"},
        "ocds.json": {"https://standard.open-contracting.org/1.1/en/"},
    }
    pages = {str(one) for one in graph.objects(URIRef(folder[:-3]), FOAF_NAMES.page)}
    assert f"{folder}croissant.json" in pages
    for address in (*pages, *(one for found in linked.values() for one in found)):
        if address.startswith(BASE):
            assert (public / address.removeprefix(f"{BASE}/")).is_file(), address


def test_the_period_and_the_terms_of_the_licence_are_said(graph: Graph) -> None:
    dataset = URIRef(f"{BASE}/datasets/air_quality_hourly")
    (period,) = graph.objects(dataset, DCTERMS.temporal)
    days = [str(graph.value(period, name)) for name in (DCAT.startDate, DCAT.endDate)]
    assert days == sorted(days)
    assert all(dt.date.fromisoformat(day).year in (2024, 2025, 2026) for day in days)
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert set(graph.objects(licence, CC.permits)) == {
        CC.Reproduction,
        CC.Distribution,
        CC.DerivativeWorks,
    }
    assert set(graph.objects(licence, CC.requires)) == {CC.Attribution, CC.Notice}
    assert set(graph.objects(licence, CC.prohibits)) == set()


def test_what_will_go_is_said_of_the_dataset(make_office: Callable[..., Office]) -> None:
    notice = {
        "since": "2026-05-01",
        "removed_after": "2026-12-31",
        "replaced_by": "new_parcels",
        "reason": {"zh": "合并", "en": "merged"},
    }
    office = make_office(deprecated=notice, site={"base_url": BASE})
    office.accept([parcel("1")])
    office.release()
    office.accept([parcel("1"), parcel("2")])
    office.release()
    said = Graph().parse(office.folder / "public/catalog.ttl", format="turtle")
    dataset = URIRef(f"{BASE}/datasets/parcels")
    assert str(said.value(dataset, ADMS.status)) == "http://purl.org/adms/status/Deprecated"
    replacement = said.value(dataset, DCTERMS.isReplacedBy)
    assert replacement == URIRef(f"{BASE}/datasets/new_parcels")
    assert said.value(dataset, DCAT.previousVersion) == URIRef(f"{BASE}/datasets/parcels/1/")


def test_a_site_of_files_alone_names_no_service(make_office: Callable[..., Office]) -> None:
    office = make_office(site={"query_api": False})
    office.accept([parcel("1")])
    office.release()
    public = office.folder / "public"
    assert not list(public.glob("services.*"))
    said = Graph().parse(public / "catalog.ttl", format="turtle")
    assert not list(said.objects(None, RDFS.seeAlso))
    assert "/api/" not in (public / "sitemap.xml").read_text("utf-8")


def test_links_to_files_that_are_no_longer_made_go(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.accept([parcel("1")])
    office.release()
    public = office.folder / "public"
    assert (public / "services.ttl").is_symlink()
    (public / "notes.txt").symlink_to("elsewhere")  # not ours
    site = office.release_site.site.model_copy(update={"query_api": False})
    office.release_site = type(office.release_site)(
        site, office.folder, office.release_site.warehouse
    )
    office.accept([parcel("1"), parcel("2")])
    office.release()
    assert not (public / "services.ttl").is_symlink()
    assert (public / "notes.txt").is_symlink()
    assert all(path.exists() for path in public.iterdir() if path.name != "notes.txt")


def test_data_json_describes_each_file(public: Path) -> None:
    document = json.loads((public / "data.json").read_bytes())
    assert document["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    needed = {
        "@type",
        "title",
        "description",
        "keyword",
        "modified",
        "publisher",
        "contactPoint",
        "identifier",
        "accessLevel",
        "license",
        "spatial",
        "describedBy",
    }
    for dataset in document["dataset"]:
        assert needed <= set(dataset), dataset["title"]
        assert dataset["contactPoint"]["hasEmail"].startswith("mailto:")
        assert dataset["licenseTerms"]["commercial_use_allowed"] is True
        for file in dataset["distribution"]:
            for key in ("downloadURL", "describedBy"):
                if key in file:
                    assert (public / file[key].removeprefix(f"{BASE}/")).is_file()
    (awards,) = [one for one in document["dataset"] if "procurement_awards" in one["identifier"]]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", awards["temporal"])
    assert [one["title"] for one in awards["distribution"] if "conformsTo" in one] == ["ocds.json"]


def test_the_feed_is_atom_by_rfc_4287(public: Path) -> None:
    content = (public / "feed.xml").read_bytes()
    assert not feedparser.parse(content).bozo
    feed = etree.fromstring(content)
    for one in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = one.findall(f"{ATOM}{name}")
            assert (found.text or "").strip()
        rfc_3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
        assert re.fullmatch(rfc_3339, one.findtext(f"{ATOM}updated") or "")
        assert re.match(r"https://", one.findtext(f"{ATOM}id") or "")
        links = {link.get("rel"): link.get("href") for link in one.findall(f"{ATOM}link")}
        assert "alternate" in links
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}[
        "self"
    ] == f"{BASE}/feed.xml"
    ids = [one.findtext(f"{ATOM}id") for one in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == 12
    known = {"id", "title", "updated", "link", "summary", "category", "subtitle", "author", "entry"}
    assert {etree.QName(one).localname for one in feed.iter()} <= known | {"feed", "name"}


def addresses(content: bytes) -> list[str]:
    return [one.text or "" for one in etree.fromstring(content).iter(f"{SITEMAP}loc")]


def test_the_sitemap_names_every_page_in_both_languages(
    public: Path, every_release: dict[str, Office]
) -> None:
    content = (public / "sitemap.xml").read_bytes()
    found = addresses(content)
    assert len(found) == len(set(found))
    for dataset in every_release:
        for language in ("", "en/"):
            assert f"{BASE}/{language}datasets/{dataset}/" in found
            assert f"{BASE}/{language}datasets/{dataset}/versions/" in found
    for path in ("", "datasets/", "themes/land/", "api/"):
        assert {f"{BASE}/{path}", f"{BASE}/en/{path}"} <= set(found)
    for url in etree.fromstring(content).iter(f"{SITEMAP}url"):
        others = {
            link.get("hreflang"): link.get("href")
            for link in url.iter("{http://www.w3.org/1999/xhtml}link")
        }
        assert set(others) == {"zh-CN", "en", "x-default"}
        assert url.findtext(f"{SITEMAP}loc") in others.values()
        assert others["en"] == (others["zh-CN"] or "").replace(BASE, f"{BASE}/en")
        if changed := url.findtext(f"{SITEMAP}lastmod"):
            assert dt.datetime.fromisoformat(changed).tzinfo is not None
    robots = (public / "robots.txt").read_text("utf-8")
    assert f"Sitemap: {BASE}/sitemap.xml" in robots


def test_a_long_sitemap_is_an_index(tmp_path: Path) -> None:
    site = open_site(tmp_path, base_url=BASE).site
    entries: list[dict[str, Any]] = [
        {"id": f"d{number}", "theme": "land", "released_at": "2026-01-01T00:00:00+00:00"}
        for number in range(40)
    ]
    whole = sitemap_documents(site, entries)
    parts = sitemap_documents(site, entries, most=50)
    named = addresses(parts["sitemap.xml"])
    assert [one.removeprefix(f"{BASE}/") for one in named] == sorted(
        (name for name in parts if name != "sitemap.xml"),
        key=lambda name: int(re.findall(r"\d+", name)[0]),
    )
    listed = [one for name in parts if name != "sitemap.xml" for one in addresses(parts[name])]
    assert sorted(listed) == sorted(addresses(whole["sitemap.xml"]))
    assert max(len(addresses(parts[name])) for name in parts) <= 50


def test_the_benchmark_makes_many_datasets_of_one(office: Office, tmp_path: Path) -> None:
    office.accept([parcel("1")])
    office.release()
    (office.folder / "gongkai.yml").write_text(
        "format: 1\nid: county\npublisher: {name: {zh: 县, en: County}}\n", "utf-8"
    )
    found = measure("benchmarks.catalogue_run", [office.folder, "5", tmp_path / "copied"]).told
    assert set(found) >= {"full_cpu_s", "one_changed_cpu_s", "unchanged_wall_s"}
    made = Graph().parse(tmp_path / "copied/public/catalog.ttl", format="turtle")
    assert len(set(made.subjects(RDF.type, DCAT.Dataset))) == 5
    (changed,) = set(made.subjects(DCAT.version, RdfLiteral("2")))
    assert str(changed).endswith("/copied_2")
