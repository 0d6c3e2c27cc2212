"""``docs/rules.md``: every rule with its severity, scope, sentences and advice."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence

from expectations.evaluating import RULE_NOT_EVALUATED
from expectations.personal_data.rule_texts import PERSONAL_DATA_RULES
from expectations.rule import RuleExpectation
from expectations.vocabulary import rule_classes
from flows.key_forms import ALIKE
from flows.second_opinion import DISAGREEMENT
from flows.secrecy import SECRECY_RULES
from flows.source_run import APPEND_CONFLICT, ROWS_MISSING
from publishing import release_rules
from schemas.casting.rules import CASTING_RULES
from schemas.dataset import Dataset
from schemas.finding import Finding, Scope, Severity
from schemas.layout_rules import LAYOUT_RULES
from schemas.message import Message
from schemas.reading_rules import READING_RULES
from schemas.rule_text import RuleText
from warehouse.reports import READER_REPORT

HEAD = """\
# Rules and findings (规则与问题)

*Made by `python -m flows.documenting` from the definitions; edit those, not this page.*

A finding is one rule failing on one cell, row, batch, source or release. Its severity decides what
becomes of the data:

| severity | 中文 | effect |
| --- | --- | --- |
| `critical` | 严重 | holds the whole batch of the source; its last accepted rows stay public |
| `error` | 错误 | quarantines the record; the others are published |
| `warning` | 提醒 | is published, and told |

Impossible is an error; implausible is a warning. A value that cannot be compared because something
is missing breaks no rule: that a value is missing is the business of `required`.

**Floods.** A rule that fails on more than 20 % of a batch (and 5 rows) points at one cause: a
column, a unit, a format. It becomes one `critical` finding that names the likely cause and holds
the source. A warning may be declared `flood: fold`: then it stays a warning and is one case.

**Scope** is what a rule must see before it can speak: `row`; `window` (neighbours in time);
`partition`; `dataset` (the batch or the previous release); `cross_dataset`.

In the sentences, `{column_title}` stands for the field's title, `{value}` for the value. The
numbers of domain rules are parameters with defaults, which a dataset file may set under `params`.

How many rows of real files each rule strikes: [rules-on-real-data.md](rules-on-real-data.md).

| prefix | 中文 | said by |
| --- | --- | --- |
| [READ](#read-读取) | 读取 | readers: bytes that can be read but not trusted |
| [LAY](#lay-布局) | 布局 | the layout: columns, header, units, completeness |
| [CAST](#cast-转换) | 转换 | casting: numbers, units, dates, codes |
| [FLD, KEY](#fld-and-key-字段与主键) | 字段与主键 | constraints of fields and keys |
| [PII, SEC](#pii-and-sec-个人信息与保密) | 个人信息与保密 | personal data; marks of secrecy |
| [BUD, LND, AIR, WTR …](#domain-rules-领域规则) | 领域规则 | domain rules, declared by datasets |
| [REL](#rel-发布) | 发布 | gates and conflicts of the release |
| [RPT](#rpt-纠错) | 纠错 | readers of the portal |
"""


RULES_THEMSELVES = (RULE_NOT_EVALUATED, DISAGREEMENT)


def rules_page(datasets: Sequence[Dataset]) -> str:
    """The whole page."""
    return "\n".join(
        [
            HEAD,
            *_section("READ (读取)", _texts(READING_RULES)),
            *_section("LAY (布局)", _texts(LAYOUT_RULES)),
            *_section("CAST (转换)", _texts(CASTING_RULES)),
            *_section("FLD and KEY (字段与主键)", _field_rules()),
            *_section(
                "PII and SEC (个人信息与保密)",
                [
                    *_texts(PERSONAL_DATA_RULES),
                    *_texts({one.id: one for one in SECRECY_RULES.values()}),
                ],
            ),
            *_section("Domain rules (领域规则)", _domain_rules(datasets)),
            *_section("RULE (规则本身)", _texts({one.id: one for one in RULES_THEMSELVES})),
            *_section("REL (发布)", _release_rules()),
            *_section("RPT (纠错)", _texts({READER_REPORT.id: READER_REPORT})),
        ]
    )


def _section(title: str, entries: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield from entries


def _entry(
    rule: str, severity: Severity, scope: Scope, what: Message, advice: Message, more: str = ""
) -> str:
    lines = [
        f"### {rule}\n",
        f"`{severity.value}`, scope `{scope.value}`{more}\n",
        f"- {what.zh}",
        f"- {what.en}",
        f"- 怎么办：{advice.zh}",
        f"- What to do: {advice.en}\n",
    ]
    return "\n".join(lines)


def _texts(rules: Mapping[str, RuleText]) -> list[str]:
    return [
        _entry(one.id, one.severity, one.scope, one.what, one.advice)
        for one in sorted(rules.values(), key=lambda one: one.id)
    ]


def _summary(rule_class: type[RuleExpectation]) -> str:
    """What the class says of itself, without its id: the rule in words and its source."""
    text = " ".join((inspect.getdoc(rule_class) or "").split())
    return text.partition(": ")[2] if text.startswith(rule_class.rule_id) else text


def _source(rule_class: type[RuleExpectation]) -> str:
    """Where the numbers come from: the docstring of the rule's module."""
    module = inspect.getmodule(rule_class)
    paragraphs = (inspect.getdoc(module) or "").split("\n\n")[1:] if module else []
    return " ".join(" ".join(paragraphs).split())


def _parameters(rule_class: type[RuleExpectation]) -> str:
    named = []
    for name, info in rule_class.model_fields.items():
        named.append(f"`{name}`" if info.is_required() else f"`{name}` = {_plain(info.default)}")
    return ", ".join(named)


def _plain(value: object) -> str:
    return "none" if value is None else f"`{value}`"


def _class_entry(rule_class: type[RuleExpectation], used: Sequence[str]) -> str:
    lines = [
        f"### {rule_class.rule_id} {rule_class.__name__}\n",
        f"{_summary(rule_class)}\n",
        f"`{rule_class.severity.value}` by default, scope `{rule_class.scope.value}`. "
        f"Parameters: {_parameters(rule_class)}.\n",
        f"- {rule_class.what.zh}",
        f"- {rule_class.what.en}",
        f"- 怎么办：{rule_class.advice.zh}",
        f"- What to do: {rule_class.advice.en}",
    ]
    source = _source(rule_class)
    if source:
        lines.append(f"- On these rules: {source}")
    lines += [f"- Used by {one}" for one in used]
    return "\n".join(lines) + "\n"


def _of_prefix(*prefixes: str) -> list[type[RuleExpectation]]:
    found = [one for one in rule_classes().values() if one.rule_id.partition("-")[0] in prefixes]
    return sorted(found, key=lambda one: (one.rule_id, one.__name__))


def _field_rules() -> list[str]:
    entries = [_class_entry(one, ()) for one in _of_prefix("FLD", "KEY")]
    return [*entries, *_texts({one.id: one for one in (APPEND_CONFLICT, ALIKE, ROWS_MISSING)})]


def _domain_rules(datasets: Sequence[Dataset]) -> list[str]:
    entries = []
    for rule_class in rule_classes().values():
        if rule_class.rule_id.partition("-")[0] in ("FLD", "KEY"):
            continue
        used = [
            f"`{dataset.id}` as {rule.id}, `{rule.severity.value}`, `flood: {rule.flood}`"
            for dataset in datasets
            for rule in dataset.rules
            if rule.expectation == rule_class.__name__
        ]
        entries.append((rule_class.rule_id, rule_class.__name__, _class_entry(rule_class, used)))
    return [text for _, _, text in sorted(entries)]


def _release_rules() -> Iterator[str]:
    """Sentences of publishing, told of an example: they are put together, not filled in."""
    example = "dataset"
    told: tuple[Finding, ...] = (
        release_rules.key_of_two_sources(example, "6205212026B00011", ["one", "another"], 1),
        release_rules.rows_dropped(example, "one", 200, 40, 0.05),
        release_rules.nulls_grown(example, "one", "price_cny", 0.1, 0.6, 0.2),
        release_rules.total_changed(example, "one", "price_cny", "100.00", "1000000.00", 3.0),
        release_rules.nothing_to_release(example),
        release_rules.dataset_on_hold(example, "…"),
        release_rules.nothing_to_compare(example, 200, 190),
    )
    for one in told:
        yield _entry(one.rule, one.severity, one.scope, one.what, one.advice, more=" (an example)")
