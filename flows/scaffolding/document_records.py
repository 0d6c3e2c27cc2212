"""Where the records stand in JSON and XML documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from connectors.readers.json_documents import escaped
from connectors.readers.text_encoding import text_of
from schemas.reader_options import JsonReader, ReaderOptions, XmlReader

DEEPEST = 6
MOST_PLACES = 5


def json_readers(path: Path) -> list[ReaderOptions]:
    """Readers for the arrays of records in a JSON file, those with most values first.

    Raises UnreadableFileError where the bytes are no text; wrong JSON is left to the reader.
    """
    text, decoding = text_of(path.read_bytes(), "auto")
    encoding = "auto" if decoding.is_wide else decoding.encoding
    form, document = _form(text)
    pointers = _pointers(document) if form != "lines" else [""]
    return [
        JsonReader(type="json", encoding=encoding, form=form, records=pointer)
        for pointer in pointers
    ]


def _form(text: str) -> tuple[Literal["document", "concatenated", "lines"], Any]:
    """How documents follow each other, and the first of them (None where there is no whole one)."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    stripped = text.strip()
    try:
        document, end = decoder.raw_decode(stripped)
    except (json.JSONDecodeError, RecursionError):
        return "document", None
    if not stripped[end:].strip():
        return "document", document
    lines = [line for line in stripped.split("\n") if line.strip()]
    whole = sum(_is_object(line) for line in lines[:200])
    return ("lines" if whole * 2 > min(len(lines), 200) else "concatenated"), document


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


def _pointers(document: Any) -> list[str]:
    found = sorted(_arrays(document, "", 0), key=lambda item: -item[1])
    return [pointer for pointer, _ in found[:MOST_PLACES]] or [""]


def _arrays(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, int]]:
    """Arrays of objects or of arrays, each with the number of its values."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        rows = [item for item in value if isinstance(item, dict | list)]
        if rows and len(rows) * 2 >= len(value):
            yield pointer, sum(map(len, rows))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _arrays(item, f"{pointer}/{escaped(key)}", depth + 1)


def xml_readers(path: Path) -> list[ReaderOptions]:
    """Readers for the elements of an XML file that come again and again."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, recover=True
    )
    root = etree.fromstring(path.read_bytes(), parser)
    if root is None:
        return [XmlReader(type="xml", records="records")]
    counts: Counter[str] = Counter()
    _count(root, _local(root), counts, 0)
    paths = [path for path, _ in counts.most_common(MOST_PLACES)] or [_local(root)]
    return [XmlReader(type="xml", records=path) for path in paths]


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _count(element: etree._Element, path: str, counts: Counter[str], depth: int) -> None:
    """Count the values below each path that has several elements of its name side by side."""
    if depth > DEEPEST:
        return
    children = [child for child in element if isinstance(child.tag, str)]
    names = Counter(map(_local, children))
    for child in children:
        name = _local(child)
        below = f"{path}/{name}"
        values = len(child) + len(child.attrib)
        if values and names[name] > 1:
            counts[below] += values
        elif values:
            _count(child, below, counts, depth + 1)
