"""Statements as text, in pieces that are joined as they are: Turtle, RDF/XML and JSON-LD.

Blank nodes have names of their own across all pieces (see :mod:`publishing.catalogue.dcat`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from publishing.catalogue.statements import Blank, Iri, Literal, Object, Statements, Subject
from publishing.catalogue.vocabulary import PREFIXES, RDF

_TYPE: Final = RDF.type
_LOCAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TURTLE_ESCAPES: Final = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    **{ord(one): escaped for one, escaped in {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.items()},
    ord('"'): '\\"',
    ord("\\"): "\\\\",
}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@lru_cache(maxsize=4096)
def _short(iri: Iri) -> str | None:
    """``prefix:name`` where one of our prefixes fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            name = iri[len(namespace) :]
            return f"{prefix}:{name}" if _LOCAL_NAME.fullmatch(name) else None
    return None


def turtle_statements(statements: Statements) -> str:
    """Turtle without its prefixes."""
    blocks = []
    for subject, said in statements.by_subject():
        lines = [
            f"    {'a' if predicate == _TYPE else _turtle(predicate)} "
            + ", ".join(_turtle(value) for value in values)
            for predicate, values in said.items()
        ]
        blocks.append(f"{_turtle(subject)}\n" + " ;\n".join(lines) + " .\n")
    return "\n".join(blocks)


def _turtle(term: Object) -> str:
    match term:
        case Blank():
            return f"_:{term}"
        case Iri():
            return _short(term) or f"<{term}>"
    text = f'"{term.text.translate(_TURTLE_ESCAPES)}"'
    if term.language:
        return f"{text}@{term.language}"
    return f"{text}^^{_turtle(Iri(term.datatype))}" if term.datatype else text


def rdf_xml_elements(statements: Statements) -> str:
    """The descriptions, without the root that declares the namespaces."""
    lines = []
    for subject, said in statements.by_subject():
        lines.append(f"<rdf:Description {_xml_reference(subject, 'rdf:about')}>")
        for predicate, values in said.items():
            name = _short(predicate)
            if name is None:
                raise ValueError(f"a predicate outside our prefixes: {predicate}")
            lines += [_xml_property(name, value) for value in values]
        lines.append("</rdf:Description>")
    return "\n".join(lines) + "\n"


def _xml_property(name: str, value: Object) -> str:
    if not isinstance(value, Literal):
        return f"  <{name} {_xml_reference(value, 'rdf:resource')}/>"
    kind = ""
    if value.language:
        kind = f' xml:lang="{value.language}"'
    elif value.datatype:
        kind = f" rdf:datatype={quoteattr(value.datatype)}"
    text = escape(_NOT_IN_XML.sub("\ufffd", value.text), {"\r": "&#13;"})
    return f"  <{name}{kind}>{text}</{name}>"


def _xml_reference(term: Subject, attribute: str) -> str:
    if isinstance(term, Blank):
        return f'rdf:nodeID="{term}"'
    return f"{attribute}={quoteattr(term)}"


def json_ld_nodes(statements: Statements) -> str:
    """The nodes as expanded JSON-LD, without the brackets of their array."""
    nodes = []
    for subject, said in statements.by_subject():
        node: dict[str, Any] = {"@id": _json_name(subject)}
        for predicate, values in said.items():
            if predicate == _TYPE:
                node["@type"] = [str(value) for value in values if isinstance(value, Iri)]
            else:
                node[predicate] = [_json_value(value) for value in values]
        nodes.append(json.dumps(node, ensure_ascii=False))
    return ",\n".join(nodes)


def _json_name(term: Subject) -> str:
    return f"_:{term}" if isinstance(term, Blank) else str(term)


def _json_value(term: Object) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _json_name(term)}
    if term.language:
        return {"@value": term.text, "@language": term.language}
    if term.datatype:
        return {"@value": term.text, "@type": term.datatype}
    return {"@value": term.text}


SERIALIZERS: Final[dict[str, Callable[[Statements], str]]] = {
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
