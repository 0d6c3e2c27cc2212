"""Telling natural persons from organisations by their names, and masking the persons.

Rules and masks of facts 8.2: 张*, 张*三, 欧阳*, 买买提*. What cannot be told is treated as a
natural person and reported: a name published by mistake cannot be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from expectations.personal_data import organization_words as words
from expectations.personal_data.folded_text import folded
from expectations.personal_data.surnames import (
    COMPOUND_SURNAMES,
    SURNAMES,
    TRANSCRIBED_BEGINNINGS,
)

JUST_SEEN = 128
"""One name is judged from several sides in a row; what was just worked out is kept so long."""

# Private-use characters and boxes stand for rare signs that an office's font has and Unicode lost.
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U000323af□■▢"
_DOTS = "·•・‧∙⋅."
_NAME = re.compile(rf"[{_HAN}]+")
_ONLY_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{4,}")  # signs that folding leaves alone
_DOTTED = re.compile(rf"[{_HAN}]+(?:[{_DOTS}][{_HAN}]+)+")
_MASKED = re.compile(
    rf"[{_HAN}]{{1,3}}[*＊×某]{{1,3}}[{_HAN}]?|[{_HAN}]{{1,2}}[XxＸ]{{1,3}}|[*＊×某]+"
)
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z'’-]*(?:[ .]+[A-Z][A-Za-z'’.-]*){1,3}")
_SEPARATOR = re.compile(r"[、,，;；/／|\n\r]+")
_BETWEEN_PERSONS = re.compile(r"\s+|和|及|与|跟|暨")
_BRACKETS = re.compile(r"[（(\[【〔][^（()）\[\]【】〔〕]*[）)\]】〕]?")
_BEFORE = re.compile(
    r"^\s*(?:.*(?:村民|居民|农民|农户|市民|牧民|职工|户主|自然人|个人|经营者|负责人|法定代表人|代表人|"
    r"联系人|权利人|申请人|竞得人|受让人|使用权人|买受人|供应商|投标人|中标人|成交人|项目经理|个体工商户|个体户)[:：\s]*)"
)
_AFTER = re.compile(
    r"(?:等\s*(?:\d+|[一二两三四五六七八九十百]+)?\s*[人户名位]?|先生|女士|小姐|同志|夫妇|夫妻|父子|"
    r"母子|兄弟|姐妹|之妻|之夫|个体(?:工商)?户?|[一二三四五六七八九十]户|户|家)$"
)
_NUMBERS = re.compile(r"[\s\d*＊×Xx\-—:：]*\d[\s\d*＊×Xx\-—]*$|^[\s\d.、]*\d[\s.、]*(?=[^\d])")
_NOBODY = frozenset(
    (
        "个人",
        "自然人",
        "私人",
        "村民",
        "居民",
        "农户",
        "农民",
        "个人住户",
        "城镇居民",
        "农村居民",
    )
)
_MISSING = re.compile(r"[\s\-—–－/／.。_*]*|无|暂无|空|不详|null|none|n/a|na|nan", re.IGNORECASE)


class NameKind(Enum):
    """Whom a name belongs to."""

    ORGANIZATION = "organization"
    NATURAL_PERSON = "natural_person"
    UNCERTAIN = "uncertain"  # masked as a natural person, and reported
    NOBODY = "nobody"  # no name at all: empty, a dash


@dataclass(frozen=True, slots=True)
class ScreenedName:
    """A name as it may be published.

    Attributes:
        text: the value with persons masked; organisations and separators as published.
        kind: NATURAL_PERSON as soon as one of several names is a person's; UNCERTAIN as soon as
            one of them cannot be told.
        masked: how many names were masked in it.
    """

    text: str
    kind: NameKind
    masked: int


@lru_cache(maxsize=JUST_SEEN)
def classify_name(name: str) -> NameKind:
    """Whose name this is; one name, no list (see :func:`screen_name`)."""
    bare = _bare(name)
    if _MISSING.fullmatch(bare):
        return NameKind.NOBODY
    if bare in _NOBODY or (_MASKED.fullmatch(bare) and not words.CERTAIN.search(bare)):
        return NameKind.NATURAL_PERSON
    if not _NAME.search(bare):
        return _classify_latin(name)
    if words.NUMBERED_UNIT.search(bare) and bare[:2] != "第五":
        return NameKind.ORGANIZATION
    if words.CERTAIN.search(bare) and len(bare) > 3:
        return NameKind.ORGANIZATION
    if _DOTTED.fullmatch(bare):
        return NameKind.NATURAL_PERSON
    if not _NAME.fullmatch(bare):
        return NameKind.UNCERTAIN
    return _classify_han(bare)


def _classify_han(bare: str) -> NameKind:
    size = len(bare)
    if bare in words.SHORT_ORGANIZATIONS or (size > 2 and words.CERTAIN_ENDING.search(bare)):
        return NameKind.ORGANIZATION
    has_surname = bare[0] in SURNAMES
    compound = bare[:2] in COMPOUND_SURNAMES
    if compound and size <= 4 and size > 2:
        return NameKind.NATURAL_PERSON
    if size == 3 and words.CERTAIN.search(bare) and bare[1:] not in _GIVEN_LIKE:
        return NameKind.ORGANIZATION
    if size == 3 and not has_surname and re.search("[县市省州区镇乡村]$", bare):
        return NameKind.ORGANIZATION
    if 2 <= size <= 3:
        known = has_surname or bare.startswith(TRANSCRIBED_BEGINNINGS)
        return NameKind.NATURAL_PERSON if known else NameKind.UNCERTAIN
    if size >= 4 and bare.startswith(TRANSCRIBED_BEGINNINGS) and size <= 8:
        return NameKind.NATURAL_PERSON
    if size >= 4 and (words.LONG_ENDING.search(bare) or words.TRADE.search(bare)):
        return NameKind.ORGANIZATION
    return NameKind.UNCERTAIN


_GIVEN_LIKE = frozenset(
    (
        "中心",
        "保险",
        "基金",
        "企业",
        "政府",
        "业主",
        "储备",
        "国土",
    )
)


def _classify_latin(name: str) -> NameKind:
    if words.LATIN.search(name):
        return NameKind.ORGANIZATION
    if _LATIN_NAME.fullmatch(name.strip()):
        return NameKind.NATURAL_PERSON
    return NameKind.UNCERTAIN


@lru_cache(maxsize=JUST_SEEN)
def _bare(name: str) -> str:
    """The folded name without blanks; only for judging, never for publishing."""
    return "".join(folded(name).split())


def mask_name(name: str) -> str:
    """The mask of one natural person's name; a name that is masked already stays.

    Two signs 张*, three 张*三; with a compound surname, a dot, or four signs and more, only the
    surname or the first part stays: 欧阳*, 买买提*, 热合曼*. One sign alone gives ``*``.
    """
    bare = _bare(name)
    if _MASKED.fullmatch(bare):
        return name
    if not _NAME.search(bare):
        return f"{bare[0]}*" if len(bare) > 1 else "*"
    if dotted := re.match(rf"([{_HAN}]+)[{_DOTS}]", bare):
        return f"{dotted[1]}*"
    compound = bare[:2] in COMPOUND_SURNAMES and len(bare) > 2
    if compound:
        return f"{bare[:2]}*"
    if len(bare) > 3:
        beginning = next((one for one in TRANSCRIBED_BEGINNINGS if bare.startswith(one)), bare[0])
        return f"{beginning if len(beginning) < len(bare) else bare[0]}*"
    if len(bare) == 3:
        return f"{bare[0]}*{bare[2]}"
    return f"{bare[0]}*" if len(bare) == 2 else "*"


def screen_name(
    text: str, *, always_person: bool = False, organizations: Collection[str] = ()
) -> ScreenedName:
    """Mask the natural persons among the names of one value, and say whose it is.

    ``always_person`` is for fields that hold nothing else; ``organizations`` are names known to
    be no persons although they look like it.
    """
    if not always_person and _is_plainly_an_organization(text):
        return ScreenedName(text, NameKind.ORGANIZATION, 0)
    return _NameScreen(always_person, frozenset(organizations)).screen(text)


def _is_plainly_an_organization(text: str) -> bool:
    """True of most names in a register, which need no closer look: Han signs alone with a word
    that only organisations have, and nobody named within. A property test holds this to be what
    the closer look gives."""
    return (
        _ONLY_HAN.fullmatch(text) is not None
        and words.CERTAIN.search(text) is not None
        and _LABELLED.search(text) is None
        and text not in _NOBODY
    )


class _NameScreen:
    """One value being screened: masked parts and the kinds seen so far."""

    def __init__(self, always_person: bool, organizations: frozenset[str]) -> None:
        self.always_person = always_person
        self.organizations = {_bare(name) for name in organizations}
        self.kinds: set[NameKind] = set()
        self.masked = 0

    def screen(self, text: str) -> ScreenedName:
        published = self.screen_list(text)
        for kind in (NameKind.UNCERTAIN, NameKind.NATURAL_PERSON, NameKind.ORGANIZATION):
            if kind in self.kinds:
                return ScreenedName(published, kind, self.masked)
        return ScreenedName(published, NameKind.NOBODY, 0)

    def screen_list(self, text: str) -> str:
        """Names with separators between them, outside brackets."""
        return _replace_between(text, _outside_brackets(text, _SEPARATOR), self.screen_group)

    def screen_group(self, text: str) -> str:
        """One name, or persons joined by a blank or 和: 张三 李四, 张三和李四."""
        if self.kind_of(text) is not NameKind.ORGANIZATION:
            joints = [m for m in _outside_brackets(text, _BETWEEN_PERSONS) if m.start() > 0]
            parts = _between(text, joints)
            if len(parts) > 1 and all(_is_full_name(part[slice(*_core(part))]) for part in parts):
                return _replace_between(text, joints, self.screen_one)
        return self.screen_one(text)

    def screen_one(self, text: str) -> str:
        """One name with what stands around it: 村民张三（共有）, 张三等3人, 某超市（张三）."""
        bracket = _BRACKETS.search(text)
        if bracket:
            return self.screen_bracketed(text, bracket)
        kind = self.kind_of(text)
        if kind is NameKind.ORGANIZATION:
            self.kinds.add(kind)
            return self.mask_inside(text)
        if kind is NameKind.NOBODY or _bare(text) in _NOBODY:
            self.kinds.add(kind)
            return text
        start, end = _core(text)
        core = text[start:end]
        core_kind = self.kind_of(core)
        if core_kind is NameKind.ORGANIZATION:
            self.kinds.add(core_kind)
            return text
        self.kinds.add(core_kind if core_kind is not NameKind.NOBODY else NameKind.UNCERTAIN)
        return text[:start] + self.mask(core) + text[end:]

    def screen_bracketed(self, text: str, bracket: re.Match[str]) -> str:
        head, inside, tail = text[: bracket.start()], bracket[0], text[bracket.end() :]
        outside = self.kind_of(head + tail)
        if outside is NameKind.ORGANIZATION:
            self.kinds.add(outside)
            screened = self.mask_persons_in_brackets(inside)
            return head + screened + (self.screen_brackets_only(tail) if tail else "")
        if tail and not _BRACKETS.match(tail.strip()):
            # The bracket stands within a name that is no organisation's.
            return self.screen_one(head) + self.mask_brackets(inside) + self.screen_one(tail)
        rest = self.screen_one(tail) if tail else ""
        return (self.screen_one(head) if head.strip() else head) + self.mask_brackets(inside) + rest

    def screen_brackets_only(self, text: str) -> str:
        return _BRACKETS.sub(lambda match: self.mask_persons_in_brackets(match[0]), text)

    def mask_persons_in_brackets(self, bracket: str) -> str:
        """Beside an organisation: places and legal forms stay, full names are masked."""
        inside = re.sub(r"^.|[）)\]】〕]$", "", bracket)
        if _bare(inside) in words.PLACES or not inside.strip():
            return bracket
        labelled = self.mask_inside(inside)
        if labelled != inside:
            return bracket.replace(inside, labelled)
        parts = _between(inside, list(_SEPARATOR.finditer(inside)))
        if all(_is_full_name(part) for part in parts):
            self.kinds.add(NameKind.NATURAL_PERSON)
            joints = list(_SEPARATOR.finditer(inside))
            return bracket.replace(inside, _replace_between(inside, joints, self.mask))
        return bracket

    def mask_brackets(self, bracket: str) -> str:
        """Beside a person: what is in the bracket may be another person; a remark stays."""
        inside = re.sub(r"^.|[）)\]】〕]$", "", bracket)
        if not inside.strip() or _REMARK.search(inside) or not _NAME.search(inside):
            return bracket
        return bracket.replace(inside, self.screen_list(inside))

    def mask_inside(self, text: str) -> str:
        """A person named within an organisation's value: 某超市经营者张三."""
        match = _LABELLED.search(text)
        if match is None or not _is_full_name(match["name"]):
            return text
        self.kinds.add(NameKind.NATURAL_PERSON)
        return text[: match.start("name")] + self.mask(match["name"]) + text[match.end("name") :]

    def kind_of(self, text: str) -> NameKind:
        if _bare(text) in self.organizations:
            return NameKind.ORGANIZATION
        kind = classify_name(text)
        if self.always_person and kind is not NameKind.NOBODY:
            return NameKind.NATURAL_PERSON
        return kind

    def mask(self, name: str) -> str:
        padding = re.fullmatch(r"(\s*)(.*?)(\s*)", name, re.DOTALL)
        before, core, after = padding.groups() if padding else ("", name, "")
        masked = mask_name(core)
        self.masked += masked != core
        return before + masked + after


_REMARK = re.compile(
    r"联系人|经营者|负责人|法定代表人|法人|项目经理|经办|个体|自然人|共有|共同|按份|已故|代|户|单独|个人|份|占|%|％|身份|证|号|曾用名|原名|亡"
)
_LABELLED = re.compile(
    rf"(?:经营者|负责人|法定代表人|代表人|法人|业主|联系人|户主|村民|居民|个体户|个体工商户)[:：为是\s]*(?P<name>[{_HAN}·]{{2,4}})$"
)


def _is_full_name(text: str) -> bool:
    """Whether a text is one person's name of two to four signs (or dotted), and nothing else."""
    bare = _bare(text)
    short = 2 <= len(bare) <= 4 or _DOTTED.fullmatch(bare) is not None
    return (
        short
        and bare not in words.PLACES
        and classify_name(text) is NameKind.NATURAL_PERSON
        and bare not in _NOBODY
    )


def _core(text: str) -> tuple[int, int]:
    """Where in a person's value the name itself stands, without 村民 before and 等3人 behind."""
    start, end = 0, len(text)
    if before := _BEFORE.match(text):
        start = before.end() if before.end() < end else 0
    while end > start:
        piece = text[start:end]
        found = _AFTER.search(piece) or _NUMBERS.search(piece)
        if not found or found.end() != len(piece) or len(_bare(piece[: found.start()])) < 2:
            break
        end = start + found.start()
    return start, end


def _outside_brackets(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    brackets = [match.span() for match in _BRACKETS.finditer(text)]
    return [
        match
        for match in pattern.finditer(text)
        if not any(start <= match.start() < end for start, end in brackets)
    ]


def _between(text: str, joints: list[re.Match[str]]) -> list[str]:
    starts = [0, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _replace_between(text: str, joints: list[re.Match[str]], replace: Callable[[str], str]) -> str:
    """Replace what stands between the joints; the joints themselves stay as published."""
    parts = _between(text, joints)
    pieces = [replace(part) for part in parts[:1]]
    for joint, part in zip(joints, parts[1:], strict=True):
        pieces += [joint[0], replace(part)]
    return "".join(pieces)
