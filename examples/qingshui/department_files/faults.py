"""Planted faults: what was made wrong on purpose, where, and what gongkai must say about it.

What each kind of fault is stands in ``faults.yml``; the modules that make the files say where.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

EFFECT_NAMES_ZH = {
    "quarantined": "隔离",
    "warned": "发布并提示",
    "masked": "姓名脱敏",
    "redacted": "号码遮盖",
    "cleared": "置空",
    "duplicate": "计为重复",
    "superseded": "被变更取代",
    "excluded": "按规则排除",
    "held": "整源扣留",
    "failed": "整源失败",
}


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One fault.

    Attributes:
        kind: its name in ``faults.yml``.
        source: id of the source file that reads it.
        file: name of the department's file (for a page of an interface its path).
        locator: the place as gongkai writes it: a row or a cell; empty for a whole file.
        rule: rule id of the finding it must give; empty where it gives none.
        severity: ``critical``, ``error`` or ``warning``; empty where there is no finding.
        column: the published field the finding is about; empty for the whole row.
        also: further findings on the same record, each ``rule severity column``.
        effect: what happens to the record, one of :data:`EFFECT_NAMES_ZH`.
        zh, en: what was made wrong.
    """

    kind: str
    source: str
    file: str
    locator: str
    rule: str
    severity: str
    column: str
    also: tuple[str, ...]
    effect: str
    zh: str
    en: str

    def as_json(self) -> dict[str, object]:
        """The fault as it stands in ``planted_faults.json``."""
        return asdict(self)


@cache
def fault_kinds() -> dict[str, dict[str, Any]]:
    """The kinds of faults as ``faults.yml`` describes them."""
    text = Path(__file__).with_name("faults.yml").read_text(encoding="utf-8")
    kinds: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return kinds


def planted(kind: str, source: str, file: str, locator: str = "") -> PlantedFault:
    """The fault of that kind, planted in that place."""
    said = fault_kinds()[kind]
    return PlantedFault(
        kind=kind,
        source=source,
        file=file,
        locator=locator,
        rule=said.get("rule", ""),
        severity=said.get("severity", ""),
        column=said.get("column", ""),
        also=tuple(said.get("also", ())),
        effect=said["effect"],
        zh=said["zh"],
        en=said["en"],
    )


def as_markdown(faults: Iterable[PlantedFault]) -> str:
    """The table of the README, one row per fault."""
    lines = [
        "| 来源 source | 文件 file | 位置 place | 规则 rule | 级别 severity | 结果 effect | "
        "埋入的问题 what was planted |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for fault in faults:
        rules = ", ".join([fault.rule or "–", *(one.split()[0] for one in fault.also)])
        effect = f"{EFFECT_NAMES_ZH[fault.effect]} {fault.effect}"
        locator = f"`{fault.locator}`" if fault.locator else "–"
        lines.append(
            f"| `{fault.source}` | {fault.file} | {locator} | {rules} "
            f"| {fault.severity or '–'} | {effect} | {fault.zh} / {fault.en} |"
        )
    return "\n".join(lines) + "\n"
