"""Whose document it is, of which year and stage: read off its cover, titles and office lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from schemas.documents.budget.sections import Section
from schemas.documents.budget.tables import BudgetIdentity, Stage
from schemas.documents.budget.words import PLACEHOLDER, joined, plain, unit_note, years_in
from schemas.documents.document import Document, TextLine

COVER_PAGES = 2
COVER_LINES = 15
_OFFICE = re.compile(
    r"(?:编制|填报|填制|公开|制表|预算(?:主管)?|主管)(?:部门|单位)(?:名称)?(?:\([^)]{1,6}\))?:"
    r"(?P<name>.+?)(?=(?:金额)?单位:|\d{4}年|日期:|$)"
    r"|^(?:部门|单位)(?:名称)?(?:\([^)]{1,6}\))?:(?P<other>(?!(?:人民币)?[万亿千百]*元).+?)"
    r"(?=(?:金额)?单位:|\d{4}年|日期:|$)"
)
_ORGANIZATION = re.compile(
    r"(?:局|委|办|院|校|中心|处|站|所|会|街道|镇|乡|政府|队|室|馆|园|厅|部|学|社|公司|团|办公室|委员会"
    r"|办事处|联合会|法院|检察院|基地|大学|学院|幼儿园|医院|集团|支队|大队|分局|党校|管委会|事务所)"
    r"(?:[(（][^)）]{1,12}[)）])?$"
)
_COVER = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分)?(?P<before>.*?)(?P<year>(?:19|20)\d{2}|[二〇○零一三四五六七八九]{4})年度?"
    r"(?P<after>.*?)(?:部门|单位|本级|区级|县级|市级)*(?:预算|决算)"
)
_REGION_ONLY = re.compile(r"(?:省|市|区|县|州|盟|旗)$")


def offices_of(text: str) -> tuple[str, ...]:
    """The office that a line names (编制部门：某某局 单位：元), as printed."""
    found = []
    for matched in _OFFICE.finditer(plain(text)):
        name = (matched["name"] or matched["other"] or "").strip(":：_ ")
        if name and not unit_note(f"单位:{name}"):
            found.append(name)
    return tuple(found)


def identity_of(document: Document, sections: list[Section]) -> BudgetIdentity:
    """What the document says of itself."""
    cover = cover_lines(document)
    titles = [section.title_note.text for section in sections if section.title_note is not None]
    return BudgetIdentity(
        organization_name=_organization(cover, sections),
        fiscal_year=_year(cover, titles) or _year_of_text(document),
        stage=_stage(cover, sections) or _stage_of_headers(sections),
    )


def cover_lines(document: Document) -> list[str]:
    """The first lines of the document, without blanks, up to its contents."""
    found: list[str] = []
    for page in document.pages[:COVER_PAGES]:
        for line in page.lines:
            text = joined(line.text)
            if text in ("目录", "目次") or len(found) >= COVER_LINES:
                return found
            found.append(text)
        if page.grids:
            break
    return found


def _stage(cover: list[str], sections: list[Section]) -> Stage | None:
    votes: Counter[Stage] = Counter()
    for section in sections:
        title = section.title
        if title is not None and title.kind is not None and title.is_final is not None:
            votes[Stage.FINAL_ACCOUNTS if title.is_final else Stage.BUDGET] += 1
    words = "".join(cover)
    said: Stage | None = None
    if "决算" in words and "预决算" not in words:
        said = Stage.FINAL_ACCOUNTS
    elif "预算" in words:
        said = Stage.BUDGET
    stage = votes.most_common(1)[0][0] if votes else said
    adjusted = re.compile(r"(?:调整|调整后|变更)预算|预算调整")
    titles = "".join(section.title.text for section in sections if section.title is not None)
    if stage is Stage.BUDGET and (adjusted.search(words) or adjusted.search(titles)):
        return Stage.ADJUSTED_BUDGET
    return stage


def _year(cover: list[str], titles: Iterable[str]) -> int | None:
    of_titles = Counter(year for title in titles for year in years_in(title)[:1])
    of_cover = [year for line in cover for year in years_in(line) if "算" in line]
    if not of_cover:
        of_cover = list(years_in("".join(cover)))
    if of_titles:
        year, count = of_titles.most_common(1)[0]
        if count > 1 or not of_cover:
            return year
    return of_cover[0] if of_cover else None


def _year_of_text(document: Document) -> int | None:
    """The year that the document most often speaks of together with 预算 or 决算."""
    spoken = re.compile(
        r"((?:19|20)\d{2})年度?[^\d。]{0,16}(?:预算|决算)|((?:19|20)\d{2})年度(?!\d)"
    )
    found = Counter(
        int(matched[1] or matched[2])
        for text in _texts(document)
        for matched in spoken.finditer(plain(text))
    )
    return found.most_common(1)[0][0] if found else None


def _texts(document: Document) -> Iterable[str]:
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, TextLine):
                yield block.text
            else:
                yield from (cell.text for cell in block.cells)


def _stage_of_headers(sections: list[Section]) -> Stage | None:
    """What the headers of two-sided tables call their amounts: 预算数 or 决算数."""
    words = {
        joined(cell.text)
        for section in sections
        if section.title is not None
        and section.title.kind is not None
        and section.title.kind.number != 7
        for part in section.parts
        for cell in part.filled()
    }
    budget = any(word.endswith("预算数") for word in words)
    final = any(word.endswith("决算数") for word in words)
    if budget == final:
        return None
    return Stage.FINAL_ACCOUNTS if final else Stage.BUDGET


def _organization(cover: list[str], sections: list[Section]) -> str:
    named = Counter(
        name for section in sections for note in section.offices for name in offices_of(note.text)
    )
    on_cover = [name for line in cover for name in offices_of(line)]
    if named:
        return max(named, key=lambda name: (named[name], len(name)))
    if on_cover:
        return on_cover[0]
    return _on_cover(cover)


def _on_cover(cover: list[str]) -> str:
    """某某局 2024年度部门决算, in one line or two."""
    for line in cover:
        matched = _COVER.search(plain(line))
        if matched is None:
            continue
        for name in (matched["before"], matched["after"]):
            if name and _ORGANIZATION.search(name) and not _REGION_ONLY.search(name):
                return name
    for line in cover:
        text = plain(line)
        if 4 <= len(text) <= 40 and _ORGANIZATION.search(text) and "算" not in text:
            return text
    return ""


def has_placeholder(name: str) -> bool:
    """True for 上海市普陀区XX局: a form that nobody has filled in."""
    return bool(PLACEHOLDER.search(name)) or bool(re.search(r"[XxＸｘ×]{1,}(?:局|单位|部门)", name))


def same_organization(one: str, other: str) -> bool:
    """True where two names can be one organization's: equal, or one with its region before it."""
    first, second = plain(one), plain(other)
    return first == second or first.endswith(second) or second.endswith(first)


def lines_with_placeholders(document: Document) -> list[TextLine]:
    """Lines of narrative and cover that were not filled in."""
    return [
        line
        for page in document.pages
        for line in page.lines
        if PLACEHOLDER.search(joined(line.text))
    ]
