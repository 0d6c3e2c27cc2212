"""What the page on real data says of rules that hold much is so."""

from __future__ import annotations

from pathlib import Path

import pytest
from fenced import DOCS

from flows.documenting.real_rows import KINDS, count_real_rows, real_rows_page

MOST = 0.02  # issue: above 2 % of a real file a rule is defended, or only warns


@pytest.mark.real_data
def test_no_rule_holds_more_than_the_page_defends(real_data: Path) -> None:
    found = count_real_rows(real_data)

    page = (DOCS / "rules-on-real-data.md").read_text(encoding="utf-8")
    seen = {one.files.id for one in found.counts} | {files.id for files, _, _ in found.silent}
    assert seen == {kind.id for kind in KINDS}
    holding = [one for one in found.counts if one.severity != "warning" and one.share > MOST]
    assert [one for one in holding if f"- {one.rule} on {one.files.title}:" not in page] == []
    made = real_rows_page(found)
    assert made.partition("|")[0] == page.partition("|")[0]
