"""Citing a version: GB/T 7714-2015 and BibTeX.

GB/T 7714-2015 8.8 and appendix B: 主要责任者. 题名: 其他题名信息[文献类型标识/文献载体标识].
出版者, 出版年(更新日期)[引用日期]. 获取和访问路径. DS/OL is a data set online; the place of
publication may be left out of electronic resources.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from publishing.addresses import version_address
from publishing.portal.pages.languages import Language
from publishing.portal.published import PublishedVersion
from schemas.site import Site
from schemas.strict import Text


@dataclass(frozen=True, slots=True)
class Citation:
    """A version as it is cited: both texts, and its permanent address."""

    gb_t_7714: str
    bibtex: str
    address: str


def citation(
    site: Site, version: PublishedVersion, language: Language, cited_on: dt.date | None
) -> Citation:
    """How to cite a version. ``cited_on`` None leaves the day of citing to the reader."""
    dataset, number = version.dataset, version.number
    created = dt.datetime.fromisoformat(version.manifest["created_at"])
    released = created.astimezone(ZoneInfo(site.timezone)).date()
    address = version_address(site, dataset.id, number)
    chinese = language.key == "zh"
    day = cited_on.isoformat() if cited_on else ("引用日期" if chinese else "date of access")
    word = f"第{number}版" if chinese else f"version {number}"
    owner, title = _in(dataset.owner, language), _in(dataset.title, language)
    publisher = _in(site.publisher.name, language)
    text = (
        f"{owner}. {title}: {word}[DS/OL]. {publisher}, {released.year}"
        f"({released.isoformat()})[{day}]. {address}."
    )
    fields = {
        "author": f"{{{_bibtex(owner)}}}",
        "title": f"{{{_bibtex(title)}}}",
        "howpublished": _bibtex(publisher),
        "version": str(number),
        "year": str(released.year),
        "date": released.isoformat(),
        "url": address,
    }
    if cited_on:
        fields["urldate"] = cited_on.isoformat()
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return Citation(text, f"@misc{{{site.id}_{dataset.id}_{number},\n{lines}\n}}", address)


def _in(text: Text, language: Language) -> str:
    return text.zh if language.key == "zh" else text.en


def _bibtex(text: str) -> str:
    """Signs that mean something to BibTeX and TeX, escaped."""
    return "".join(_ESCAPED.get(sign, sign) for sign in text)


_ESCAPED = {sign: f"\\{sign}" for sign in "&%$#_{}"} | {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
