"""Statements of a graph, and the terms they are made of.

Writing a thousand datasets through a general RDF library takes most of the time of a catalogue;
what we say is simple enough to be written directly (:mod:`publishing.catalogue.serializing`). Tests
read every form back with such a library and compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NOT_IN_IRI: Final = {
    code: "".join(f"%{byte:02X}" for byte in chr(code).encode())
    for code in (*range(0x21), *map(ord, '<>"{}|\\^`'), 0x7F)
}


class Iri(str):
    """The address of a thing. Characters that no IRI may have are percent-encoded."""

    __slots__ = ()

    def __new__(cls, text: str) -> Iri:
        return super().__new__(cls, text.translate(_NOT_IN_IRI))


class Blank(str):
    """A thing without address; its name is the same in no two pieces unless it is one thing."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A value: a text of a language, or of a type (an IRI; "" = plain text)."""

    text: str
    language: str = ""
    datatype: str = ""


Subject = Iri | Blank
Object = Iri | Blank | Literal


class Statements:
    """What is said, by subject, in the order in which it was said; nothing twice."""

    def __init__(self) -> None:
        self._said: dict[Subject, dict[tuple[Iri, Object], None]] = {}

    def add(self, subject: Subject, predicate: Iri, value: Object) -> None:
        """Say it."""
        self._said.setdefault(subject, {})[predicate, value] = None

    def texts(self, subject: Subject, predicate: Iri, texts: Mapping[str, Any]) -> None:
        """Say a text in each of its languages."""
        for language, text in texts.items():
            self.add(subject, predicate, Literal(str(text), language=language))

    def by_subject(self) -> Iterator[tuple[Subject, dict[Iri, list[Object]]]]:
        """Each subject with its predicates and their values."""
        for subject, pairs in self._said.items():
            grouped: dict[Iri, list[Object]] = {}
            for predicate, value in pairs:
                grouped.setdefault(predicate, []).append(value)
            yield subject, grouped
