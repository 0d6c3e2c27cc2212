"""The catalogue: complete, the same in all forms, switched in one step, made anew where cut."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from publishing_office import Office
from rdflib import Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF

from publishing.catalogue import write_catalogue
from publishing.catalogue.writing import CATALOGUE_FILES
from publishing.version_index import POINTER

DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
ATOM = "{http://www.w3.org/2005/Atom}"
ROWS = [{"number": "1", "price_cny": "10.00"}, {"number": "2", "price_cny": "20.50"}]


@pytest.fixture
def released(office: Office) -> Office:
    office.accept(ROWS)
    office.release()
    return office


def _graph(office: Office, name: str, kind: str) -> Graph:
    return Graph().parse(office.folder / "public" / name, format=kind)


def test_all_forms_say_the_same(released: Office) -> None:
    turtle = _graph(released, "catalog.ttl", "turtle")
    assert len(turtle) > 50
    assert isomorphic(turtle, _graph(released, "catalog.rdf", "xml"))
    assert isomorphic(turtle, _graph(released, "catalog.jsonld", "json-ld"))


def test_every_file_of_the_release_is_a_distribution(released: Office) -> None:
    graph = _graph(released, "catalog.ttl", "turtle")
    manifest = json.loads(
        (released.folder / "public/datasets/parcels/1/manifest.json").read_text("utf-8")
    )
    published = {name for part in manifest["partitions"] for name in part["formats"].values()}
    found = {}
    for file in graph.subjects(RDF.type, DCAT.Distribution):
        (checksum,) = graph.objects(file, SPDX.checksum)
        found[str(file).rpartition("/")[2]] = (
            int(str(graph.value(file, DCAT.byteSize))),
            str(graph.value(checksum, SPDX.checksumValue)),
        )
    assert found == {
        name: (manifest["files"][name]["bytes"], manifest["files"][name]["sha256"])
        for name in published
    }


def test_publisher_frequency_and_rights_are_named(released: Office) -> None:
    graph = _graph(released, "catalog.ttl", "turtle")
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    authority = "http://publications.europa.eu/resource/authority/"
    assert graph.value(dataset, DCTERMS.accessRights) == URIRef(f"{authority}access-right/PUBLIC")
    assert graph.value(dataset, DCTERMS.accrualPeriodicity) == URIRef(
        f"{authority}frequency/MONTHLY"
    )
    assert {text.language for text in graph.objects(dataset, DCTERMS.title)} == {"zh", "en"}


def test_the_feed_names_every_release_newest_first(released: Office) -> None:
    released.accept([*ROWS, {"number": "3"}])
    released.release()
    feed = etree.fromstring((released.folder / "public/feed.xml").read_bytes())
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert [one.rsplit("/", 2)[1] for one in ids] == ["2", "1"]
    assert feed.findtext(f"{ATOM}updated") == feed.find(f"{ATOM}entry").findtext(f"{ATOM}updated")


def test_data_json_lists_what_can_be_fetched(released: Office) -> None:
    document = json.loads((released.folder / "public/data.json").read_text("utf-8"))
    (dataset,) = document["dataset"]
    assert dataset["accessLevel"] == "public"
    assert {one["downloadURL"].rpartition(".")[2] for one in dataset["distribution"]} >= {
        "csv",
        "parquet",
        "gz",
    }


def test_nothing_new_writes_nothing(released: Office) -> None:
    current = released.folder / "public/catalogue/current"
    state = current.resolve()
    written = {path.name: path.stat().st_mtime_ns for path in state.iterdir()}
    write_catalogue(released.release_site)
    assert current.resolve() == state
    assert {path.name: path.stat().st_mtime_ns for path in state.iterdir()} == written


def test_all_files_switch_together_and_old_states_go(released: Office) -> None:
    public = released.folder / "public"
    for count in range(3, 7):
        released.accept([*ROWS, *({"number": str(one)} for one in range(3, count + 1))])
        released.release()
        state = (public / "catalogue/current").resolve()
        assert {(public / name).resolve().parent for name in CATALOGUE_FILES} == {state}
    states = [one for one in (public / "catalogue").iterdir() if not one.is_symlink()]
    assert len(states) == 2
    assert list(released.release_site.staging.glob(".cat*")) == []


def test_a_copy_that_lost_its_links_is_put_right(released: Office, tmp_path: Path) -> None:
    public = released.folder / "public"
    copied = tmp_path / "copied"
    shutil.copytree(public, copied)  # follows links
    shutil.rmtree(public)
    shutil.copytree(copied, public)
    write_catalogue(released.release_site)
    assert (public / "catalogue/current").is_symlink()
    assert (public / "catalog.ttl").is_symlink()


def test_a_damaged_dataset_keeps_its_part(
    make_office: Callable[..., Office], released: Office
) -> None:
    before = (released.folder / "public/catalog.ttl").read_bytes()
    pointer = released.folder / "public/datasets/parcels" / POINTER
    whole = pointer.read_bytes()
    pointer.write_bytes(whole[:20])
    write_catalogue(released.release_site)
    assert (released.folder / "public/catalog.ttl").read_bytes() == before
    pointer.write_bytes(whole)


@pytest.mark.parametrize("cut", ["register.json", "parcels.jsonld"])
def test_what_was_kept_and_lost_is_made_anew(released: Office, cut: str) -> None:
    before = (released.folder / "public/catalog.jsonld").read_bytes()
    kept = released.release_site.archive / "catalogue" / cut
    if cut == "register.json":
        kept.write_bytes(kept.read_bytes()[:100])
    else:
        kept.unlink()
    shutil.rmtree(released.folder / "public/catalogue")
    write_catalogue(released.release_site)
    assert (released.folder / "public/catalog.jsonld").read_bytes() == before


@pytest.mark.real_data
@pytest.mark.parametrize("shapes", ["shapes", "SHACL"])
def test_conforms_to_dcat_ap(released: Office, real_data: Path, shapes: str) -> None:
    import pyshacl

    file = real_data.parent / "validators" / f"dcat-ap-3.0.1-{shapes}.ttl"
    conforms, _, told = pyshacl.validate(
        _graph(released, "catalog.ttl", "turtle"), shacl_graph=str(file)
    )
    assert conforms, told
