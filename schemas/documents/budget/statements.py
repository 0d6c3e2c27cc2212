"""What a booklet says beside its tables, as rows: amounts, growth, shares, notes, placeholders.

The rows are the companion table ``statements`` (:data:`COLUMNS`); rules compare them with the
tables (BUD-12, BUD-13, BUD-14). All values are text, empty where they do not apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from schemas.documents.budget.empty_tables import empty_tables_in
from schemas.documents.budget.passages import Passage, passages_of
from schemas.documents.budget.placeholders import placeholders_in
from schemas.documents.budget.said import Said, sentence_around
from schemas.documents.budget.sentences import said_in
from schemas.documents.budget.tables import BudgetIdentity, BudgetTable
from schemas.documents.budget.wordings import wordings_in
from schemas.documents.document import Document

COMPANION = "statements"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said. All texts; ``""`` where it does not apply.

    Attributes:
        statement_kind: ``amount``, ``growth``, ``share``, ``count``; ``empty_table`` (a table is
            said to be empty), ``placeholder`` (something nobody filled in), ``table`` (a table is
            printed; ``value`` is the number of its printed value cells); ``reason`` of a change,
            ``purpose`` of an item, ``parts`` of a sum, in words (``value``).
        organization_name, fiscal_year, stage: as in the lines of the tables.
        section: cover, narrative or table.
        table_id: the table that an ``empty_table`` stands under, or that a ``table`` is.
        label: what it speaks of, as printed; the kind of fund of an ``empty_table``; the
            placeholder.
        subject: what that is (:data:`schemas.documents.budget.subjects.SUBJECTS`), or the names
            of 类, 款, 项 joined by ``/``.
        role: of an amount: ``current``; ``opening_budget`` (年初预算, in final accounts);
            ``base_year`` (another year's); ``about`` (约, 近).
        value, unit: as printed.
        amount_cny: the amount in yuan; of growth and shares the amount they are about.
        precision_cny: one unit of the last place that amounts of this unit have in the booklet.
        direction: of growth: increase, decrease, equal.
        compared_label: what growth or a share compares with, as printed; of a reason the change
            that it explains.
        base_cny: the amount it compares with, where the passage gives it.
        change_cny: the difference, where the passage gives it.
        sentence: the sentence.
        place: where its number stands.
    """

    statement_kind: str
    organization_name: str = ""
    fiscal_year: str = ""
    stage: str = ""
    section: str = ""
    table_id: str = ""
    label: str = ""
    subject: str = ""
    role: str = ""
    value: str = ""
    unit: str = ""
    amount_cny: str = ""
    precision_cny: str = ""
    direction: str = ""
    compared_label: str = ""
    base_cny: str = ""
    change_cny: str = ""
    sentence: str = ""
    place: str = ""


COLUMNS = tuple(field.name for field in fields(Statement))


def statement_rows(
    document: Document, tables: Sequence[BudgetTable], identity: BudgetIdentity
) -> list[tuple[str, ...]]:
    """The rows of the companion table (:data:`COLUMNS`), in reading order; equal statements of
    repeated paragraphs once, at their first place."""
    about = {
        "organization_name": identity.organization_name,
        "fiscal_year": "" if identity.fiscal_year is None else str(identity.fiscal_year),
        "stage": "" if identity.stage is None else identity.stage.value,
    }
    passages = passages_of(document, tables)
    statements = [*_of_tables(tables), *_of_passages(passages, about)]
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    for statement in statements:
        values: dict[str, str] = asdict(statement) | about
        row = tuple(values.values())
        first.setdefault(row[:-1], row)
    return list(first.values())


def _of_tables(tables: Iterable[BudgetTable]) -> Iterator[Statement]:
    for table in tables:
        yield Statement(
            "table",
            section="table",
            table_id=table.table_id,
            label=table.title.text,
            value=str(sum(len(line.values) for line in table.lines)),
            place=table.title.place or table.container,
        )


def _of_passages(passages: Sequence[Passage], about: dict[str, str]) -> Iterator[Statement]:
    for passage in passages:
        for offset, fund, word in empty_tables_in(passage):
            yield Statement(
                "empty_table",
                section=passage.section.value,
                table_id=passage.table_id,
                label=fund,
                value=word,
                sentence=sentence_around(passage.text, offset),
                place=passage.place_at(offset),
            )
        for placeholder in placeholders_in(passage.text):
            offset = passage.text.index(placeholder)
            yield Statement(
                "placeholder",
                section=passage.section.value,
                table_id=passage.table_id,
                label=placeholder,
                sentence=sentence_around(passage.text, offset),
                place=passage.place_at(offset),
            )
    yield from _numbers(passages, about)


def _numbers(passages: Sequence[Passage], about: dict[str, str]) -> Iterator[Statement]:
    readable = [passage for passage in passages if not passage.is_torn]
    read = [(passage, list(said_in(passage.text, **about))) for passage in readable]
    said = [(passage, one) for passage, of_passage in read for one in of_passage]
    places: dict[str, int] = {}
    for _, one in said:
        if one.kind == "amount":
            places[one.unit] = max(places.get(one.unit, 0), one.decimals)
    usual = Decimal(10_000).scaleb(-places["万元"]) if "万元" in places else Decimal("0.01")
    for passage, one in said:
        yield Statement(
            one.kind,
            section=passage.section.value,
            table_id=passage.table_id,
            label=one.label,
            subject=one.subject,
            role=one.role,
            value=one.value,
            unit=one.unit,
            amount_cny=_yuan(one.amount),
            precision_cny=_yuan(one.precision(places) or usual),
            direction=one.direction,
            compared_label=one.compared,
            base_cny=_yuan(one.base),
            change_cny=_yuan(one.change),
            sentence=sentence_around(passage.text, one.offset),
            place=passage.place_at(one.offset),
        )
    for passage, of_passage in read:
        yield from _words(passage, of_passage)


def _words(passage: Passage, said: Sequence[Said]) -> Iterator[Statement]:
    for one in wordings_in(passage.text, said):
        yield Statement(
            one.kind,
            section=passage.section.value,
            table_id=passage.table_id,
            label=one.label,
            subject=one.subject,
            value=one.value,
            direction=one.direction,
            compared_label=one.change,
            sentence=sentence_around(passage.text, one.offset),
            place=passage.place_at(one.offset),
        )


def _yuan(amount: Any) -> str:
    return "" if amount is None else f"{amount:.2f}"
