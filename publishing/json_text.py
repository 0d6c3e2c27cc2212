"""JSON documents as they are published: readable, with the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def json_document(value: object) -> bytes:
    """Indented UTF-8 with a newline at the end; keys in the order they were given."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def lined_document(head: Mapping[str, object], name: str, items: Iterable[object]) -> bytes:
    """A document whose last member is a long array: one item a line, which is written many times
    faster than indented text."""
    lines = [json.dumps(item, ensure_ascii=False) for item in items]
    start = json.dumps({**head, name: []}, ensure_ascii=False).removesuffix("]}")
    return (start + "\n" + ",\n".join(lines) + "\n]}\n").encode()


def read_document(path: Path) -> Any:
    """Read a document that we wrote ourselves."""
    return json.loads(path.read_bytes())
