"""Graphs as text, in pieces that can be joined: Turtle, RDF/XML and JSON-LD.

Blank nodes have names of their own across all pieces (see :mod:`publishing.catalogue.dcat`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from lxml import etree
from rdflib import Graph

from publishing.catalogue.vocabulary import PREFIXES


def turtle_statements(graph: Graph) -> str:
    """Turtle without its prefixes. No blank node is referred to twice, so that rdflib writes them
    all in brackets, in place."""
    text = graph.serialize(format="turtle")
    lines = [line for line in text.splitlines() if not line.startswith("@prefix")]
    return "\n".join(lines).strip() + "\n"


def turtle_document(statements: Iterable[str]) -> bytes:
    """The pieces below all prefixes."""
    prefixes = "".join(
        f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()
    )
    return (prefixes + "\n" + "\n".join(statements)).encode()


def rdf_xml_elements(graph: Graph) -> str:
    """The descriptions of the graph as an XML fragment with all its namespaces declared."""
    root = etree.fromstring(graph.serialize(format="pretty-xml", max_depth=4).encode())
    return "\n".join(etree.tostring(child, encoding="unicode").strip() for child in root)


def rdf_xml_document(elements: Iterable[str]) -> bytes:
    """The pieces below one root."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())
    body = "\n".join(elements)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF {names}>\n{body}\n</rdf:RDF>\n'.encode()
    )


def nodes_json_ld(graph: Graph) -> list[Any]:
    """The nodes of the graph as expanded JSON-LD."""
    nodes: list[Any] = json.loads(graph.serialize(format="json-ld"))
    return sorted(nodes, key=lambda node: str(node["@id"]))


def json_ld_document(parts: Iterable[list[Any]]) -> bytes:
    """All nodes in one graph; nodes that several pieces speak of are joined."""
    joined: dict[str, dict[str, Any]] = {}
    for part in parts:
        for node in part:
            known = joined.setdefault(node["@id"], {"@id": node["@id"]})
            for name, values in node.items():
                if name == "@id":
                    continue
                had = known.setdefault(name, [])
                had += [value for value in values if value not in had]
    document = {"@context": dict(PREFIXES), "@graph": list(joined.values())}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
