"""Graphs as text, in pieces that are joined as they are: Turtle, RDF/XML and JSON-LD.

Blank nodes have names of their own across all pieces (see :mod:`publishing.catalogue.dcat`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from lxml import etree
from rdflib import Graph

from publishing.catalogue.vocabulary import PREFIXES


def turtle_statements(graph: Graph) -> str:
    """Turtle without its prefixes. No blank node is referred to twice, so that rdflib writes them
    all in brackets, in place."""
    text = graph.serialize(format="turtle")
    lines = [line for line in text.splitlines() if not line.startswith("@prefix")]
    return "\n".join(lines).strip() + "\n"


def rdf_xml_elements(graph: Graph) -> str:
    """The descriptions of the graph as elements that each declare their namespaces."""
    root = etree.fromstring(graph.serialize(format="xml").encode())
    return "\n".join(etree.tostring(child, encoding="unicode").strip() for child in root) + "\n"


def json_ld_nodes(graph: Graph) -> str:
    """The nodes of the graph as expanded JSON-LD, without the brackets of their array."""
    nodes: list[Any] = json.loads(graph.serialize(format="json-ld"))
    nodes.sort(key=lambda node: str(node["@id"]))
    return ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)


SERIALIZERS: Final[dict[str, Callable[[Graph], str]]] = {
    "ttl": turtle_statements,
    "rdf": rdf_xml_elements,
    "jsonld": json_ld_nodes,
}


def turtle_document(pieces: Iterable[bytes]) -> bytes:
    """The pieces below all prefixes."""
    prefixes = "".join(
        f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()
    )
    return prefixes.encode() + b"\n" + b"\n".join(pieces)


def rdf_xml_document(pieces: Iterable[bytes]) -> bytes:
    """The pieces below one root."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF {names}>\n'
    return head.encode() + b"".join(pieces) + b"</rdf:RDF>\n"


def json_ld_document(pieces: Iterable[bytes]) -> bytes:
    """The pieces in one graph; what several pieces say of one node adds up (JSON-LD 1.1, 9.2)."""
    context = json.dumps(PREFIXES, ensure_ascii=False)
    head = f'{{"@context": {context},\n"@graph": [\n'
    return head.encode() + b",\n".join(pieces) + b"\n]}\n"
