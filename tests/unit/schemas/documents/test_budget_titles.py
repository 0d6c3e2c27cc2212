"""Which table of the set a title names."""

from __future__ import annotations

import pytest

from schemas.documents.budget.titles import read_title


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("部门收支总表", 1),
        ("表1：部门收支总体情况表", 1),
        ("表2：部门收入总体情况表", 2),
        ("部门支出总体情况表", 3),
        ("表4：财政拨款收支总体情况表", 4),
        ("一般公共预算支出情况表", 5),
        ("一般公共预算基本支出情况表", 6),
        ("一般公共预算“三公”经费、会议费、培训费支出情况表", 7),
        ("政府性基金预算支出情况表", 8),
    ],
)
def test_titles_of_situation_tables(title: str, number: int) -> None:
    found = read_title(title)

    assert found is not None
    assert found.kind is not None
    assert found.kind.number == number


@pytest.mark.parametrize("title", ["部门资产总体情况表", "部门人员总体情况表"])
def test_other_situation_tables_are_none_of_the_set(title: str) -> None:
    found = read_title(title)

    assert found is not None
    assert found.kind is None
