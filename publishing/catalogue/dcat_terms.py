"""Parts of the DCAT catalogue that datasets, files, services and the catalogue itself share.

What many datasets refer to (authority terms, media types, licences, themes, the area) is named
here and described once, in the head: :mod:`publishing.catalogue.dcat_vocabulary`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from publishing.addresses import dataset_address, site_address
from publishing.catalogue.statements import Blank, Iri, Literal, Statements, Subject
from publishing.catalogue.vocabulary import (
    AUTHORITY,
    DCT,
    FOAF,
    IANA,
    RDF,
    VCARD,
    XSD,
)
from schemas.site import Site


def catalogue_iri(site: Site) -> Iri:
    """The catalogue itself."""
    return Iri(f"{site_address(site)}catalog")


def dataset_iri(site: Site, dataset: str) -> Iri:
    """A dataset, whatever its version."""
    return Iri(dataset_address(site, dataset).rstrip("/"))


def moment(text: str) -> Literal:
    """A time."""
    return Literal(text, datatype=XSD.dateTime)


def blank(*said: str) -> Blank:
    """A blank node named by what it belongs to: the same bytes every time, and no name twice."""
    return Blank("b" + hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:20])


def agent(said: Statements, of: str, name: Mapping[str, str]) -> Blank:
    """An office with its name."""
    node = blank("agent", of)
    said.add(node, RDF.type, FOAF.Agent)
    said.texts(node, FOAF.name, name)
    return node


def contact(said: Statements, site: Site, of: str) -> Blank:
    """Whom to ask: an address of electronic mail, or what else the site says."""
    node = blank("contact", of)
    said.add(node, RDF.type, VCARD.Kind)
    said.add(node, VCARD.fn, Literal(site.publisher.name.zh, language="zh"))
    reached = site.publisher.contact or ""
    if "@" in reached:
        said.add(node, VCARD.hasEmail, Iri(f"mailto:{quote(reached, safe='@')}"))
    elif reached:
        said.add(node, VCARD.note, Literal(reached))
    return node


def theme(site: Site, name: str) -> Iri:
    """A theme of the site's own scheme."""
    return Iri(f"{site_address(site)}themes/{name}")


def place(site: Site) -> Iri:
    """The area of the publisher by its GB/T 2260 code."""
    return Iri(f"urn:cn:gbt2260:{site.publisher.division_code}")


def authority(table: str, code: str) -> Iri:
    """A term of an authority table of the EU's Publications Office."""
    return Iri(f"{AUTHORITY}{table}/{code}")


def media_type(name: str) -> Iri:
    """A media type registered with IANA."""
    return Iri(f"{IANA}{name}")


def standard(said: Statements, address: str, title: str) -> Iri:
    """A specification or schema that something conforms to."""
    node = Iri(address)
    said.add(node, RDF.type, DCT.Standard)
    said.add(node, DCT.title, Literal(title))
    return node


def document(said: Statements, subject: Subject, predicate: Iri, address: str) -> Iri:
    """A page or file about a thing."""
    node = Iri(address)
    said.add(subject, predicate, node)
    said.add(node, RDF.type, FOAF.Document)
    return node
