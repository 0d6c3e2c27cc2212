"""Sentences that say a table is empty: 「本部门2025年无政府性基金预算…，故本表为空表」 (BUD-14)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.documents.budget.passages import Passage

FUNDS = {
    "政府性基金": r"政府性基金",
    "国有资本经营": r"国有资本(?:经营)?",
    "三公": r"[“\"「]?三公[”\"」]?",
    "一般公共预算": r"一般公共预算",
    "政府采购": r"政府采购|购买服务",
}
"""Kind of fund -> how it is written."""

_SENTENCE = re.compile(r"[^。；;]+")
_NONE = r"(?:没有|未安排|未发生|不涉及|未使用|无)"
_EMPTY = re.compile(r"(?:空表|无数据|没有数据|无内容|为空|无此项)")
_BETWEEN = r"(?:使用|安排|发生|涉及|相关|此项|[，,年度\d]){0,6}"
_NO_FUND = {fund: re.compile(rf"{_NONE}{_BETWEEN}(?:{written})") for fund, written in FUNDS.items()}
_ITS_FUND = {fund: re.compile(written) for fund, written in FUNDS.items()}


def empty_tables_in(passage: Passage) -> Iterator[tuple[int, str, str]]:
    """Where a sentence says so, the fund that it names (``""`` for none), and the word
    that calls the table empty (``""`` where it only says that there is no such spending).

    In the running text the sentence must name the fund; under a table it need not
    （本表无数据）.
    """
    for matched in _SENTENCE.finditer(passage.text):
        sentence = matched[0]
        word = _EMPTY.search(sentence)
        empty = word[0] if word else ""
        funds = [fund for fund, pattern in _NO_FUND.items() if pattern.search(sentence)]
        if not funds and empty:
            funds = [fund for fund, pattern in _ITS_FUND.items() if pattern.search(sentence)]
        if funds:
            for fund in funds:
                yield matched.start(), fund, empty
        elif passage.table_id and (empty or re.search(_NONE, sentence)):
            yield matched.start(), "", empty
