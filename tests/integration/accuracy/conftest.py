"""One reading of each PDF for all tests of this folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.documents import pdf_pages
from schemas.documents.document import Document

_DOCUMENTS: dict[str, Document] = {}


@pytest.fixture(autouse=True)
def _each_pdf_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal bytes make equal documents, which cannot be changed; opening one takes seconds."""
    read: Callable[[Path], Document] = pdf_pages.read_pdf

    def read_once(path: Path) -> Document:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest not in _DOCUMENTS:
            _DOCUMENTS[digest] = read(path)
        return _DOCUMENTS[digest]

    monkeypatch.setattr(pdf_pages, "read_pdf", read_once)
