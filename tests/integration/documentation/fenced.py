"""Taking the examples out of the pages of ``docs/``.

A page marks what its examples are:

- a ``yaml`` fence whose first line is ``# sources/x.yml`` (or ``layouts``, ``datasets``, ``vocab``,
  ``gongkai.yml``) is that file of a site;
- ``<!-- file: PATH -->`` before a fence: a department's file (``; encoding: gb18030``);
- ``<!-- made: PATH -->`` alone: a file the test makes, because text cannot show it;
- ``<!-- reply: GET /path -->`` before a fence: what a department's server answers;
- ``<!-- sql: PATH -->`` before a fence: a department's SQLite database;
- ``<!-- expect: SOURCE STATE name=number … -->``: what running the source gives;
- ``<!-- run -->`` before an ``sh`` fence: run, one after the other, beside the page's site;
- ``<!-- run in: FOLDER -->`` before an ``sh`` or ``python`` fence: run there in the demo's site;
- ``<!-- not run: REASON -->`` before an ``sh`` or ``python`` fence: neither.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"
HOST = "https://data.example.gov.cn"
_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<mark>[a-z ]+?)(?:: (?P<about>[^\n]+?))? -->\n)?"
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_ALONE = re.compile(r"^<!-- (made|expect): (.+?) -->$", re.MULTILINE)
_SITE_FILE = re.compile(
    r"# ((?:(?:sources|layouts|datasets|vocab)/[\w/]+\.(?:yml|csv))|gongkai\.yml)"
)


@dataclass(frozen=True)
class Block:
    """One fence, with the mark that stands before it."""

    language: str
    text: str
    mark: str = ""
    about: str = ""

    @property
    def site_file(self) -> str | None:
        """The site's file that the fence is, whole."""
        found = _SITE_FILE.fullmatch(self.text.partition("\n")[0])
        return found[1] if found and self.language in ("yaml", "csv") else None


@dataclass(frozen=True)
class Expectation:
    """What running a source of the page gives."""

    source: str
    state: str
    counts: dict[str, int] = field(default_factory=dict)


def blocks(page: Path) -> list[Block]:
    """All fences of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            found["language"],
            textwrap.dedent(found["text"]),
            found["mark"] or "",
            found["about"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def expectations(page: Path) -> list[Expectation]:
    """All expectations of a page."""
    found = []
    for mark, about in _ALONE.findall(page.read_text(encoding="utf-8")):
        if mark == "expect":
            source, state, *counts = about.split()
            pairs = (count.split("=") for count in counts)
            found.append(Expectation(source, state, {name: int(n) for name, n in pairs}))
    return found


def made_files(page: Path) -> list[str]:
    """Files that the test makes for a page."""
    text = page.read_text(encoding="utf-8")
    return [about for mark, about in _ALONE.findall(text) if mark == "made"]


def pages() -> list[Path]:
    """All pages, and CONTRIBUTING.md."""
    return [*sorted(DOCS.glob("*.md")), *DOCS.parent.glob("CONTRIBUTING.md")]
