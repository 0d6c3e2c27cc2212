"""Settling a batch: which rows are duplicates, superseded, quarantined, and which are good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from expectations.compiling import CompiledRules
from expectations.context import RuleContext
from expectations.describing import describe
from expectations.evaluating import Entry, Evaluation, SkippedRule, evaluate
from expectations.floods import settle_failures
from expectations.rule import Reach
from flows.batch_stage import PLACE, PLACE_SCHEMA, BuiltBatch, without
from flows.findings_frame import frame_of, frame_of_failures
from flows.key_forms import keys_alike
from flows.second_opinion import second_opinion
from flows.secrecy import secrecy_findings
from flows.windowed_rules import evaluate_by_partition, reach_of
from schemas.dataset import Dataset
from schemas.finding import Finding, RowPlace, Scope, Severity
from schemas.layout_rules import LAYOUT_RULES
from schemas.message import Message
from schemas.reading_rules import OF_SINGLE_NOTICES
from schemas.rule_text import RuleText

FLOOD_SHARE = 0.2  # architecture, "Validate": more than 20 % of a batch is one batch finding
FLOOD_MINIMUM = 5

TOLD_AS_A_WHOLE = frozenset({"LAY-16"})
"""Rules that already say why everything in a row is wrong: nothing else is said of the row, and
however many rows there are, they are one case and do not hold the others."""

FLOODED = Message(
    "规则 {rule} 在 {rows} 行中的 {count} 行不成立（字段 {column}），整批暂停。例如：{example}",
    "Rule {rule} fails on {count} of {rows} rows (field {column}), so the whole batch is held. "
    "For example: {example}",
)
FLOOD_ADVICE = Message(
    "多半是来源文件的列、单位或格式与部门文件不符。请用 gongkai try 查看后修改来源文件。",
    "Most likely a column, unit or format in the source file does not fit the department's file. "
    "Look with gongkai try and correct the source file.",
)


@dataclass(slots=True)
class Settled:
    """The batch sorted out. Places are frames of the lineage columns."""

    findings: pl.DataFrame
    quarantined: pl.DataFrame
    duplicates: pl.DataFrame
    superseded: pl.DataFrame
    keys: pl.DataFrame
    is_held: bool
    skipped: list[SkippedRule] = field(default_factory=list)

    def out(self) -> pl.DataFrame:
        """All places whose rows are not taken."""
        return pl.concat([self.quarantined, self.duplicates, self.superseded])


def settle(
    built: BuiltBatch,
    rules: CompiledRules,
    context: RuleContext,
    dataset: Dataset,
    *,
    with_great_expectations: bool = False,
) -> Settled:
    """Judge what needs the whole batch, fold floods, and sort the rows out."""
    context = replace(context, companion=built.companions.get)
    duplicates, superseded = _repeated(built, dataset)
    repeated = pl.concat([duplicates, superseded])
    unread = _error_places(frame_of(built.findings))
    whole = _evaluate_whole(built, rules, context, pl.concat([repeated, unread]))
    misread = pl.concat([repeated, _places_of(built.findings, TOLD_AS_A_WHOLE)])
    failures = without(pl.concat([built.failures, whole.failures]), misread)
    opinion: list[Finding] = []
    if with_great_expectations:
        judged = without(_all_rows(built), pl.concat([repeated, unread]))
        opinion = second_opinion(judged, failures, rules, context)
    rows = built.rows_read - built.rows_excluded
    kept, floods = settle_failures(failures, rows, rules)
    others = _settle_other_floods(without(frame_of(built.findings), repeated), rows)
    secrets = secrecy_findings(
        (without(built.spool.frame(label), repeated) for label in built.spool.partitions), dataset
    )
    findings = pl.concat(
        [
            others,
            frame_of_failures(describe(kept, rules.entries)),
            frame_of([*floods, *built.broken, *whole.broken, *secrets, *opinion]),
        ]
    )
    quarantined = _error_places(findings)
    alike = keys_alike(built, dataset, pl.concat([quarantined, repeated]))
    findings = pl.concat([findings, frame_of(alike)])
    if rows and without(quarantined, repeated).height + repeated.height >= rows:
        findings = pl.concat([findings, frame_of([LAYOUT_RULES["LAY-11"].finding(count=rows)])])
    is_held = bool((findings.get_column("severity") == Severity.CRITICAL.value).any())
    if is_held:  # rules folded into a batch finding name no rows, but rows need their keys
        unkeyed = _doubled_keys(built, dataset, pl.concat([quarantined, repeated])).select(PLACE)
        quarantined = pl.concat([quarantined, unkeyed])
    return Settled(
        findings=findings,
        quarantined=quarantined,
        duplicates=duplicates,
        superseded=superseded,
        keys=_keys(built, dataset, findings),
        is_held=is_held,
        skipped=[*built.skipped, *whole.skipped],
    )


def _places_of(findings: Sequence[Finding], rules: frozenset[str]) -> pl.DataFrame:
    """Places of the findings of these rules."""
    chosen = frame_of(item for item in findings if item.rule in rules)
    return chosen.select(PLACE).unique(maintain_order=True).cast(PLACE_SCHEMA)


def _all_rows(built: BuiltBatch) -> pl.DataFrame:
    return pl.concat([built.empty, *(built.spool.frame(one) for one in built.spool.partitions)])


def _error_places(findings: pl.DataFrame) -> pl.DataFrame:
    errors = findings.filter(
        (pl.col("severity") == Severity.ERROR.value) & pl.col("_position").is_not_null()
    )
    return errors.select(PLACE).unique(maintain_order=True).cast(PLACE_SCHEMA)


def _repeated(built: BuiltBatch, dataset: Dataset) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Places of exact repetitions (all but the first) and of superseded amendments."""
    partitions = built.spool.partitions
    within = dataset.partition is not None and dataset.partition.field in dataset.primary_key
    groups = [[label] for label in partitions] if within else [partitions]
    duplicates, superseded = [], []
    for labels in groups:
        frames = [_key_columns(built.spool.frame(label), dataset) for label in labels]
        if not frames:
            continue
        frame = pl.concat(frames)
        key = list(dataset.primary_key)
        complete = frame.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in key))
        doubled = complete.filter(pl.struct(key).is_duplicated())
        repeats = doubled.filter(~pl.struct([*key, "_content"]).is_first_distinct())
        duplicates.append(repeats.select(PLACE))
        if dataset.amendment is not None:
            rest = without(doubled, repeats.select(PLACE))
            older = rest.filter(pl.col("_ordinal") < pl.col("_ordinal").max().over(pl.struct(key)))
            superseded.append(older.select(PLACE))
    nothing = pl.DataFrame(schema=PLACE_SCHEMA)
    return pl.concat([nothing, *duplicates]), pl.concat([nothing, *superseded])


def _key_columns(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    ordinal = pl.lit(0, dtype=pl.Int64)
    if dataset.amendment is not None:
        number = pl.col(dataset.amendment.field).str.extract(
            dataset.amendment.pattern.replace("?P<base>", "").replace("?P<ordinal>", ""), 2
        )
        ordinal = number.cast(pl.Int64, strict=False).fill_null(0)
    return frame.select(
        *dataset.primary_key,
        pl.struct(dataset.field_names).hash().alias("_content"),
        ordinal.alias("_ordinal"),
        *PLACE,
    )


def _evaluate_whole(
    built: BuiltBatch, rules: CompiledRules, context: RuleContext, out: pl.DataFrame
) -> Evaluation:
    """Rules that need the whole batch. Those that compare whole rows (keys) see only the rows
    whose key is not unique: no other row can break them."""
    scopes = frozenset(Scope) - {Scope.ROW}
    entries = rules.of_scopes(scopes)
    of_keys = [entry for entry in entries if entry.rule.rule.reads_all_columns]
    others = [entry for entry in entries if not entry.rule.rule.reads_all_columns]
    by_reach: dict[Reach | None, list[Entry]] = {}
    for entry in others:
        by_reach.setdefault(reach_of(entry, rules.dataset), []).append(entry)
    parts = [evaluate(of_keys, _doubled_keys(built, rules.dataset, out), context)]
    for reach, of_reach in by_reach.items():
        columns = _columns_of(of_reach, rules.dataset)
        if reach is not None:
            parts.append(evaluate_by_partition(of_reach, reach, columns, built, out, context))
            continue
        frames = [
            without(built.spool.frame(label).select(*columns, *PLACE), out)
            for label in built.spool.partitions
        ]
        whole = pl.concat([built.empty.select(*columns, *PLACE), *frames])
        parts.append(evaluate(of_reach, whole, context))
    return Evaluation(
        pl.concat([part.failures for part in parts]),
        [item for part in parts for item in part.broken],
        [item for part in parts for item in part.skipped],
    )


def _columns_of(entries: Sequence[Entry], dataset: Dataset) -> list[str]:
    """The fields that these checks read, in the dataset's order."""
    read = {name for entry in entries for name in entry.rule.rule.columns()}
    return [name for name in dataset.field_names if name in read]


def _doubled_keys(built: BuiltBatch, dataset: Dataset, out: pl.DataFrame) -> pl.DataFrame:
    key = list(dataset.primary_key)
    within = dataset.partition is not None and dataset.partition.field in key
    frames = []
    for label in built.spool.partitions:
        frame = without(built.spool.frame(label), out)
        missing = pl.any_horizontal(pl.col(name).is_null() for name in key)
        frames.append(frame.filter(pl.struct(key).is_duplicated() | missing) if within else frame)
    if not frames:
        return built.empty
    if within:
        return pl.concat(frames)
    whole = pl.concat(frames)
    missing = pl.any_horizontal(pl.col(name).is_null() for name in key)
    return whole.filter(pl.struct(key).is_duplicated() | missing)


def _settle_other_floods(findings: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Errors of reading, casting and screening that strike more than 20 % of the batch."""
    errors = findings.filter(
        (pl.col("severity") == Severity.ERROR.value)
        & pl.col("_position").is_not_null()
        & ~pl.col("rule").is_in([*TOLD_AS_A_WHOLE, *OF_SINGLE_NOTICES])
    )
    floods: list[Finding] = []
    kept = findings
    for rule, column in errors.select("rule", "column").unique(maintain_order=True).iter_rows():
        of_group = (
            (pl.col("rule") == rule)
            & (pl.col("column") == column)
            & (pl.col("severity") == Severity.ERROR.value)
        )
        group = errors.filter(of_group)
        count = group.select(PLACE).n_unique()
        if count < FLOOD_MINIMUM or count <= FLOOD_SHARE * rows:
            continue
        kept = kept.filter(~of_group)
        first = group.row(0, named=True)
        floods.append(_flood(rule, column, count, rows, first))
    return pl.concat([kept, frame_of(floods)])


def _flood(rule: str, column: str, count: int, rows: int, first: dict[str, Any]) -> Finding:
    """One finding for all; its example and its place are those of the first."""
    zh, en = first["what_zh"], first["what_en"]
    text = RuleText(
        rule,
        Severity.CRITICAL,
        Message(
            FLOODED.zh.replace("{example}", zh.replace("{", "{{").replace("}", "}}")),
            FLOODED.en.replace("{example}", en.replace("{", "{{").replace("}", "}}")),
        ),
        FLOOD_ADVICE,
        Scope.DATASET,
    )
    place = RowPlace(first["_snapshot"], first["_container"], first["_position"])
    return text.finding(
        column=column, place=place, count=count, pattern="flood", rule=rule, rows=rows
    )


def _keys(built: BuiltBatch, dataset: Dataset, findings: pl.DataFrame) -> pl.DataFrame:
    """Place, key and own places of every row that a finding is about."""
    places = findings.filter(pl.col("_position").is_not_null()).select(PLACE).unique()
    key = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null("") for name in dataset.primary_key],
        separator="|",
    )
    wanted = [*PLACE, key.alias("_row_key"), "_places"]
    frames = [built.empty.select(wanted)]
    for label in built.spool.partitions:
        frame = built.spool.frame(label).join(places, on=PLACE, how="semi")
        frames.append(frame.select(wanted))
    return pl.concat(frames)
