"""Lines cut into pieces: headings, labels with their values, and plain text, each with its place.

Notices come with a paragraph a line, with a cell a line (tables whose cells were written one below
the other), with a word a line (from runs of formatted text), or in a single line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.documents.document import Document, DocumentPage, Grid, TextLine, line_place
from schemas.documents.notice.party_text import is_organization
from schemas.documents.notice.wording import LONGEST_LABEL, Key, fold, key_of, without_enumerator

_HEADING_WORDS = (
    "项目|采购|中标|成交|投标|候选|主要|标的|评审|评标|谈判|磋商|询价|代理|公告|公示|其他|其它|"
    "凡|联系|附件|合同|供应商|定标|"
    "废标|流标|相关|基本情况|处理|招标|开标|监督|质疑|本项目|对本|更正|首次|预算|分包|标包|标项|"
    "中选|报价|资格|响应|推荐|"
    "未中标|结果|专家|服务费|收费|履约|验收|投诉|入围|名称|发布|需要|采购人|代理机构|说明"
)
_INLINE_HEADING = re.compile(
    rf"(?=(?<![一二三四五六七八九十百第])(?:[一二三四五六七八九十]{{1,3}}\s?[、.]|[(][一二三四五六七八九十]{{1,3}}[)][、.]?)\s*(?:{_HEADING_WORDS}))"
    rf"|(?<=[\s。;；])(?=\d{{1,2}}\s?[、.]\s?(?:{_HEADING_WORDS}))"
)
_AWARDED = (
    r"(?:(?:总|拟|最终)?(?:中标|成交|中选|入围)"
    r"(?:[(/、]?(?:或者?|及|和)?(?:成交|中标)[)]?)?(?:总)?)"
)
_INLINE_LABEL = re.compile(
    r"(?:(?:采购|招标|政府采购|集中采购)?代理(?:机构|公司|单位)(?:名称|全称)?|采购\s*(?:人|单位)(?:名称)?(?:\(甲方\))?|"
    rf"(?:投标|候选|被投诉|参与|未中标|其他|相关)?{_AWARDED}?(?:供应商|供货商|投标人|单位|候选人|人|商|方)?(?:\(乙方\))?"
    r"(?:名\s*称|地\s*址|统一社会信用代码|社会信用代码|信用代码|(?:总)?金额|价格?|总价|(?:总)?报价)(?:[(][^()]{1,12}[)])?|"
    rf"{_AWARDED}(?:供应商|单位|人|商)(?:[(][^()]{{1,12}}[)])?|供应商(?:\(乙方\))?|"
    r"(?:采购)?项目(?:编号|名称|联系人|联系方式|号)|(?:采购包|合同包|标包|标项|标段|分包|包)(?:编?号|名称)|采购方式|"
    r"(?:合同)?(?:编号|名称|金额|签订日期|签订时间|公告日期)|(?:最终|投标)?报价|(?:合计|总计)(?:[(][^()]{1,8}[)])?|"
    r"联系(?:人|方式|电话)|电\s*话|传\s*真|备注|(?:中标|成交|定标)(?:日期|时间)|(?:废标|流标)(?:原因|理由)|"
    r"服务(?:范围|要求|时间|标准)|施工(?:范围|工期)|项目经理|执业证书信息|品牌|规格型号|数量|单价|法定代表人|评审总?得分)\s*$"
)
_FREE_LABEL = re.compile(r"(?:^|(?<=[\s;；。,，]))(?P<label>[^\s:;；。,，\d][^:;；。,，]{0,24})$")
_AMOUNT_KEYS = (Key.AMOUNT, Key.QUOTE, Key.UNIT_PRICE, Key.RATE, Key.TOTAL, Key.CONTRACT_AMOUNT)
SHORT_LABEL = 8
LABEL_REACH = 60
"""How far before a colon its label can begin."""
NO_LABEL = re.compile(r"https?|ftp|(?<![人商方])\d\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line.

    Attributes:
        text: as printed, without blanks at the ends.
        place: of the line it stands in.
        label: the words before its colon, as printed; ``""`` where it has none.
        value: what stands behind the colon; ``text`` where there is no label.
        key: what the label, or a text that is a label alone, means.
    """

    text: str
    place: str
    label: str
    value: str
    key: Key | None

    @property
    def has_colon(self) -> bool:
        """Whether it is a label with its colon."""
        return bool(self.label)


Part = Piece | Grid


def parts_of(document: Document) -> list[Part]:
    """All pieces and grids of a document in reading order."""
    parts: list[Part] = []
    for page in document.pages:
        parts.extend(_parts_of_page(page))
    return parts


def _parts_of_page(page: DocumentPage) -> Iterator[Part]:
    waiting: list[TextLine] = []
    for block in page.blocks:
        if isinstance(block, TextLine):
            waiting.append(block)
            continue
        yield from pieces_of([(line.text, _place(page, line)) for line in waiting])
        waiting = []
        yield block
    yield from pieces_of([(line.text, _place(page, line)) for line in waiting])


def _place(page: DocumentPage, line: TextLine) -> str:
    return line_place(page.name, line).strip()


def pieces_of(lines: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """The pieces of lines (text, place)."""
    for text, place in _joined(lines):
        for part in _cut(text):
            yield piece(part, place)


def _joined(lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Lines of which a colon, or brackets left open, show that they are one.

    The place is that of the line the words begin in.
    """
    joined: list[tuple[str, str]] = []
    for text, place in lines:
        bare = fold(text).strip()
        if not bare or bare in ("?", "/*", "*/"):
            continue
        before = fold(joined[-1][0]).strip() if joined else ""
        continues = bare.startswith(":") and 0 < len(before) <= LONGEST_LABEL + 4
        open_label = before.endswith("(") and len(before) <= LONGEST_LABEL
        bare_number = bool(re.fullmatch(r"[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[.、]", before))
        if joined and (continues or open_label or bare_number):
            joined[-1] = (joined[-1][0].rstrip() + text.strip(), joined[-1][1])
        else:
            joined.append((text, place))
    return joined


def piece(text: str, place: str) -> Piece:
    """A text that is one piece, with its label told from its value."""
    shown = text.strip(" \u3000\xa0\t")
    folded = fold(shown)
    head, colon, _ = folded.partition(":")
    if colon and _is_label(head):
        value = shown[len(head) + 1 :].strip(" \u3000\xa0\t")
        return Piece(shown, place, shown[: len(head)], value, key_of(head))
    key = key_of(shown)
    label = _label_without_colon(folded) if key is None else ""
    if label:
        return Piece(shown, place, shown[: len(label)], shown[len(label) :].strip(), key_of(label))
    return Piece(shown, place, "", shown, key)


def _label_without_colon(text: str) -> str:
    """The label of 「中标价（万元）3602.5688」 and 「供应商名称 甲公司」; empty for none."""
    number = re.match(r"([^\d¥]{2,24}?)\s*(?=[¥\d])", text)
    if number and key_of(number[1]) in _AMOUNT_KEYS:
        return number[1]
    word = re.match(r"(?:\d{1,2}\s*:\s*)?(\S{2,20}?)\s+(?=\S)", text)
    if word and key_of(word[1]) in (*_AMOUNT_KEYS, Key.SUPPLIER, Key.ADDRESS, Key.CODE):
        return text[: word.end(1)]
    return ""


def _is_label(head: str) -> bool:
    plain = without_enumerator(head).strip()
    if not plain or len(plain) > 40 or NO_LABEL.search(head[-5:]):
        return False
    return key_of(plain) is not None or (
        len(re.sub(r"\s", "", plain)) <= 32 and not re.search(r"[。;；]", plain)
    )


def _cut(text: str) -> Iterator[str]:
    folded = fold(text)
    places = sorted({0, *(m.start() for m in _INLINE_HEADING.finditer(folded)), len(text)})
    for start, end in itertools.pairwise(places):
        yield from _cut_at_labels(text[start:end])


def _cut_at_labels(text: str) -> Iterator[str]:
    """One piece for each label with its value."""
    folded = fold(text)
    colons = [match.start() for match in re.finditer(":", folded)]
    cuts = [0]
    for number, colon in enumerate(colons):
        if number == 0 and len(without_enumerator(folded[:colon])) <= 2:
            continue
        since = max(colons[number - 1] + 1 if number else 0, colon - LABEL_REACH)
        start = _label_start(folded[since:colon])
        if start is not None and since + start > cuts[-1]:
            cuts.append(since + start)
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        if text[start:end].strip(" \u3000\xa0\t;；"):
            yield from _cut_at_semicolons(text[start:end])


def _cut_at_semicolons(text: str) -> list[str]:
    """「供应商名称 甲公司；中标金额 100元」 as its parts, where two of them have labels."""
    parts = [part for part in re.split("[;；]", text) if part.strip()]
    labelled = sum(bool(_label_without_colon(fold(part).strip())) for part in parts)
    return parts if labelled > 1 else [text]


def _is_prose(label: str) -> bool:
    """Whether words before a colon are more than its label: the end of a value run into it."""
    return key_of(label) is None and len(label) > SHORT_LABEL


def _label_start(before: str) -> int | None:
    """Where the label that ends a text starts; None where the text ends in none."""
    found = _INLINE_LABEL.search(before)
    free = _FREE_LABEL.search(before)
    if free and re.search(r"[大小]写$", free["label"]):
        return None
    if free and not NO_LABEL.search(free["label"][-5:]) and "http" not in free["label"]:
        words = free["label"]
        start = free.start("label")
        # of several words only the last can be the label: 「甲公司 法定代表人」
        last = re.search(r"(?:^|\s{2,}|(?<=[\u4e00-\u9fa5)])\s)(\S{2,16})$", words)
        spaced = re.fullmatch(r"(?:[\d.、()\s]*)?[\u4e00-\u9fa5](?:\s+[\u4e00-\u9fa5]){1,4}", words)
        if last and not spaced:
            start += last.start(1)
        if found and found.start() > start:
            ahead = before[start : found.start()]
            if _is_prose(before[start:]) or is_organization(ahead):
                return found.start()
        return start
    return found.start() if found else None
