"""The keyword scan of a release for state secrets and papers not meant for release (facts 8.3).

Statute: 保守国家秘密法 (2024). The scan does not replace the standing secrecy review of a
dataset; it stops what slipped through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class SecrecyLevel(StrEnum):
    """What a hit means for the release."""

    STOP = "stop"  # the release is held, whatever else is true
    REVIEW = "review"  # a person has to look at it


@dataclass(frozen=True, slots=True)
class SecrecyHit:
    """One keyword found in a release: its level, how many texts hold it, and the first of them
    (at most 60 signs around the word)."""

    keyword: str
    level: SecrecyLevel
    count: int
    example: str


_STOP_WORDS = """
密级 涉密 国家秘密 内部资料注意保存 内部文件 不得外传 仅供内部 工作秘密 敏感信息
"""
_REVIEW_WORDS = """
征求意见稿 讨论稿 送审稿 草案 请示 会议纪要 抄告单 督查通报 维稳 信访人 举报人 线索 约谈 侦查
案卷 询问笔录 未成年人 军事 驻军 武警 人防 国防动员 战备 要害部位 危化品储存量 民爆 涉疫个案
取水口坐标 管网图 变电站 通信枢纽 视频监控点位 控制点
"""
_STOP = {
    # A level alone is an ordinary word (商业秘密): a star or a period makes it a mark.
    "密级标志": re.compile(
        r"(?:绝密|机密|秘密)\s*(?:[★☆]\s*(?:\d+\s*年|长期|启封)?|\d+\s*年|长期|启封)"
    ),
    "特急…密": re.compile("特急.{0,10}密"),
    "内部资料注意保存": re.compile(r"内部资料[\s，,]*注意保存"),
    **{word: re.compile(word) for word in _STOP_WORDS.split() if word != "内部资料注意保存"},
}
_REVIEW = {
    **{word: re.compile(word) for word in _REVIEW_WORDS.split()},
    "大比例尺地形图": re.compile(r"1\s*[:：]\s*(?:10000|5000|2000|1000|500)(?!\d).{0,6}地形图"),
}
_ANY = "绝密|机密|秘密|特急|内部资料|地形图|" + "|".join((_STOP_WORDS + _REVIEW_WORDS).split())


def scan_for_secrets(texts: pl.Series | Iterable[str]) -> list[SecrecyHit]:
    """Keywords in the texts of a release, the stopping ones first.

    Give every text column of the candidate, and its titles and descriptions. Any hit of level
    ``stop`` must hold the release.
    """
    column = texts if isinstance(texts, pl.Series) else pl.Series(list(texts), dtype=pl.String)
    counted = (
        column.filter(column.str.contains(_ANY).fill_null(value=False))
        .rename("text")
        .value_counts(name="count")
        .sort("text")
    )
    candidates = [(str(text), int(count)) for text, count in counted.iter_rows()]
    return [
        *_hits(_STOP, SecrecyLevel.STOP, candidates),
        *_hits(_REVIEW, SecrecyLevel.REVIEW, candidates),
    ]


def _hits(
    keywords: dict[str, re.Pattern[str]], level: SecrecyLevel, candidates: list[tuple[str, int]]
) -> list[SecrecyHit]:
    hits = []
    for keyword, pattern in keywords.items():
        found = [
            (match, text, count) for text, count in candidates if (match := pattern.search(text))
        ]
        if found:
            match, text, _ = found[0]
            example = text[max(0, match.start() - 20) : match.end() + 20][:60]
            hits.append(SecrecyHit(keyword, level, sum(count for *_, count in found), example))
    return hits
