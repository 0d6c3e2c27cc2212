"""Keys that differ only in how they are written: KEY-04. They are never merged, only told."""

from __future__ import annotations

import polars as pl

from flows.batch_stage import PLACE, BuiltBatch, without
from schemas.dataset import Dataset, FieldType
from schemas.finding import Finding, RowPlace, Severity
from schemas.message import Message
from schemas.rule_text import RuleText

ALIKE = RuleText(
    "KEY-04",
    severity=Severity.WARNING,
    what=Message(
        "主键“{value}”与另一行的主键只差全角半角或空格。",
        "The key {value} differs from that of another row only by full-width characters or blanks.",
    ),
    advice=Message(
        "两行都已照原文公布；请部门确认是两件事，还是同一件事写了两次。",
        "Both rows are published as written; ask the department whether they are two things or "
        "one written twice.",
    ),
)


def keys_alike(built: BuiltBatch, dataset: Dataset, out: pl.DataFrame) -> list[Finding]:
    """A warning for every row whose key is that of another row but for its width and blanks.

    Only keys with characters beyond ASCII or with blanks can be written in two ways; where there
    are none, a million rows cost next to nothing.
    """
    key = list(dataset.primary_key)
    texts = [name for name in key if dataset.field(name).type is FieldType.STRING]
    partitions = built.spool.partitions
    # distinct values first, partition by partition: the rows themselves are seldom needed
    distinct: dict[str, list[pl.Series]] = {name: [] for name in texts}
    for label in partitions if texts else ():
        frame = without(built.spool.frame(label).select(*texts, *PLACE), out)
        for name in texts:
            distinct[name].append(frame.get_column(name).unique())
    alike = {
        name: values
        for name in texts
        if distinct[name] and (values := _alike(pl.concat(distinct[name])))
    }
    if not alike:
        return []
    suspected = pl.any_horizontal(pl.col(name).is_in(alike[name]) for name in alike)
    frames = [
        without(built.spool.frame(label).select(*key, *PLACE).filter(suspected), out)
        for label in partitions
    ]
    suspects = pl.concat([built.empty.select(*key, *PLACE), *frames])
    forms = pl.struct(_plain(pl.col(name)) if name in texts else pl.col(name) for name in key)
    written = suspects.select(*key).unique().filter(forms.is_duplicated())
    return [
        ALIKE.finding(
            column=key[0] if len(key) == 1 else "",
            value=" · ".join(str(row[name]) for name in key),
            place=RowPlace(*(row[name] for name in PLACE)),
        )
        for row in suspects.join(written, on=key, how="semi").iter_rows(named=True)
    ]


def _alike(values: pl.Series) -> list[str]:
    """The values that are another one of them but for width and blanks."""
    distinct = values.drop_nulls().unique()
    odd = distinct.filter(
        (distinct.str.len_bytes() != distinct.str.len_chars()) | distinct.str.contains(r"\s")
    )
    if odd.is_empty():
        return []
    both = pl.DataFrame({"value": distinct}).with_columns(_plain(pl.col("value")).alias("plain"))
    return both.filter(pl.col("plain").is_duplicated()).get_column("value").to_list()


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKC").str.replace_all(r"\s+", "")
