"""Awards of made notices in many forms, against what a person reads in them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_notices import rows_of, told, value
from written_notices import FURTHER_NOTICES, MORE_NOTICES, NOTICES, Made

from schemas.documents.notice.notice import NoticeRow
from schemas.reading_rules import READING_RULES

EVERY = (*NOTICES, *MORE_NOTICES, *FURTHER_NOTICES)


def written(row: NoticeRow) -> str:
    """The award of a row as ``made_notices`` writes it."""
    lot, supplier = value(row, "lot_number"), value(row, "supplier_name")
    errors = [rule for rule in told(row) if READING_RULES[rule].severity == "error"]
    if errors:
        return f"{lot}|{supplier}|! {errors[0]}"
    if value(row, "award_status") == "unsuccessful":
        return f"{lot}|-|{value(row, 'failure_reason')}"
    cny = value(row, "amount_cny")
    yuan = f"{Decimal(cny).normalize():f}" if cny else ""
    printed = value(row, "value_published")
    figure = re.search(r"[\d０-９][\d０-９,，.．]*", printed) or re.search(
        "[贰拾壹万伍仟捌佰元整]+", printed
    )
    number = figure[0] if figure else ""
    amount = f"{number} {value(row, 'unit_published')}"
    return f"{lot}|{supplier}|{amount} {value(row, 'amount_basis')}|{yuan}"


@pytest.mark.parametrize("made", EVERY, ids=[made.name for made in EVERY])
def test_made_notice(made: Made) -> None:
    rows = rows_of(made.text, made.title, made.filed_under)

    assert [written(row) for row in rows] == list(made.awards)
    keys = [(value(row, "lot_ordinal"), value(row, "supplier_ordinal")) for row in rows]
    assert len(set(keys)) == len(keys)


FLATTENED = [
    made
    for made in EVERY
    if not made.text.startswith("<")
    and made.text.count("\n") > 4
    and not any("!" in award for award in made.awards)
    and made.name != "amount before supplier"
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FLATTENED), st.data())
def test_a_line_that_is_missing_or_repeated_gives_no_wrong_amount(
    made: Made, data: st.DataObject
) -> None:
    """Whoever wins in what is left of the notice wins with the amount that stands in the whole."""
    amounts: dict[str, set[str]] = {}
    for award in made.awards:
        _, supplier, *rest = award.split("|")
        amounts.setdefault(supplier, set()).add(rest[-1])
    lines = made.text.split("\n")
    at = data.draw(st.integers(2, len(lines) - 1))
    changed = data.draw(st.sampled_from(([], [lines[at], lines[at]])))

    rows = rows_of(
        "\n".join([*lines[:at], *changed, *lines[at + 1 :]]), made.title, made.filed_under
    )

    for text in map(written, rows):
        _, supplier, *rest = text.split("|")
        if "!" not in text and supplier != "-":
            assert rest[-1] in amounts.get(supplier, set()), text
