"""What form of bytes each reader expects."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from schemas.reader_options import ReaderOptions, form_of

_READER: TypeAdapter[ReaderOptions] = TypeAdapter(ReaderOptions)


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ({"type": "delimited"}, "delimited"),
        ({"type": "html_labels"}, "html_labels"),
        ({"type": "procurement_notice", "wanted": "award"}, "html_tables"),
        (
            {
                "type": "procurement_notice",
                "wanted": "award",
                "form": "json",
                "members": {"title": ("t",), "text": ("c",)},
            },
            "json",
        ),
    ],
)
def test_the_form_a_fetch_looks_for(given: dict[str, object], form: str) -> None:
    assert form_of(_READER.validate_python(given)) == form
