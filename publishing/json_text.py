"""JSON documents as they are published: readable, with the same bytes every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def json_document(value: object) -> bytes:
    """Indented UTF-8 with a newline at the end; keys in the order they were given."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def read_document(path: Path) -> Any:
    """Read a document that we wrote ourselves."""
    return json.loads(path.read_bytes())
