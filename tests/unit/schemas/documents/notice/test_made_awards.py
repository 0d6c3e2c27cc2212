"""Awards of made notices in many forms, against what a person reads in them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from made_notices import MORE_NOTICES, NOTICES, Made
from reading_notices import rows_of, told, value

from schemas.documents.notice.notice import NoticeRow
from schemas.reading_rules import READING_RULES

EVERY = (*NOTICES, *MORE_NOTICES)


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
    figure = re.search(r"[\d０-９][\d０-９,，.．]*", printed) or re.search("[壹佰万元整]+", printed)
    number = figure[0] if figure else ""
    amount = f"{number} {value(row, 'unit_published')}"
    return f"{lot}|{supplier}|{amount} {value(row, 'amount_basis')}|{yuan}"


@pytest.mark.parametrize("made", EVERY, ids=[made.name for made in EVERY])
def test_made_notice(made: Made) -> None:
    rows = rows_of(made.text, made.title, made.filed_under)

    assert [written(row) for row in rows] == list(made.awards)
    keys = [(value(row, "lot_ordinal"), value(row, "supplier_ordinal")) for row in rows]
    assert len(set(keys)) == len(keys)
