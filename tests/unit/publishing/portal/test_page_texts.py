"""The words of the pages: complete, known, filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import publishing.portal.pages as subject
from publishing.portal.pages.formatting import CHINESE_SIGN
from publishing.portal.pages.languages import CHINESE, ENGLISH
from publishing.portal.pages.texts import catalogue, text_of

PAGES = Path(subject.__file__).parent
PORTAL = PAGES.parent
CALLED = re.compile(r"\bt\(\s*['\"]([a-z_0-9.]+)['\"](\s*~)?")
PUT_TOGETHER = re.compile(r"f\"([a-z]+\.[a-z_]*)\{")
NAMED = re.compile(r"[\"']([a-z]+\.[a-z_0-9]+)[\"']")


def _called() -> tuple[set[str], set[str]]:
    """Keys that templates name, and beginnings of keys that they put together."""
    whole: set[str] = set()
    begun: set[str] = set()
    for template in (PAGES / "templates").glob("*.html"):
        for key, continued in CALLED.findall(template.read_text("utf-8")):
            (begun if continued else whole).add(key)
    parts = {key.split(".")[0] for key in catalogue()}
    for module in PORTAL.rglob("*.py"):
        text = module.read_text("utf-8")
        begun.update(key for key in PUT_TOGETHER.findall(text) if key.split(".")[0] in parts)
        found = NAMED.findall(text)
        whole |= {key for key in found if key in catalogue()}
    return whole, begun


def test_every_text_is_there_in_both_languages() -> None:
    for key, text in catalogue().items():
        assert CHINESE_SIGN.search(text.zh) or not re.search("[a-z]{4}", text.zh), key
        assert not CHINESE_SIGN.search(text.en), key
        parts = [set(re.findall(r"\{(\w+)\}", one)) for one in (text.zh, text.en)]
        assert parts[0] == parts[1], key


def test_templates_name_texts_that_there_are_and_no_text_is_left_over() -> None:
    whole, begun = _called()
    known = set(catalogue())
    assert whole - known == set()
    assert {one for one in begun if not any(key.startswith(one) for key in known)} == set()
    unused = {key for key in known - whole if not key.startswith((*begun, "errors."))}
    assert unused == set()


def test_parts_are_escaped_and_one_is_told_from_many() -> None:
    assert text_of("datasets.rows", ENGLISH, n=1) == "1 row"
    assert text_of("datasets.rows", ENGLISH, n=12345) == "12,345 rows"
    assert text_of("datasets.rows", CHINESE, n=1) == "1 行"
    assert "<b>" not in text_of("home.title", CHINESE, publisher="<b>")
    with pytest.raises(KeyError):
        text_of("home.title", CHINESE)
