"""What is refused in the charts of a dataset file, and where it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.definition_checks import check_definitions
from schemas.definitions import load_definitions

SITE = "format: 1\nid: county\npublisher: {name: {zh: 县, en: County}}\n"
DATASET = """\
format: 1
id: visits
title: {{zh: 参观, en: Visits}}
description: {{zh: 参观, en: Visits}}
theme: culture
owner: {{zh: 局, en: Bureau}}
update_frequency: monthly
primary_key: [museum]
charts:
  - id: first
    title: {{zh: 图, en: Chart}}
    description: {{zh: 图, en: Chart}}
{chart}
fields:
  - {{name: museum, title: {{zh: 馆, en: Museum}}, type: string}}
  - {{name: kind, title: {{zh: 类, en: Kind}}, type: string, constraints: {{enum: [art, history]}}}}
  - {{name: month, title: {{zh: 月, en: Month}}, type: yearmonth}}
  - {{name: day, title: {{zh: 日, en: Day}}, type: date}}
  - {{name: income_cny, title: {{zh: 收入, en: Income}}, type: decimal, scale: 2, unit: CNY}}
  - {{name: visits, title: {{zh: 人次, en: Visits}}, type: integer}}
  - name: guide
    title: {{zh: 讲解, en: Guide}}
    type: string
    privacy: person_or_organization
    kind_field: guide_kind
  - {{name: guide_kind, title: {{zh: 类型, en: Kind}}, type: string}}
"""
GOOD = """\
    kind: bar
    x: {field: museum, top: 5}
    y: {take: sum, fields: [income_cny], unit: CNY_10k}
"""
MONTHS = "    kind: line\n    x: {field: month, last: 12}\n"
GUIDES = "    kind: bar\n    x: {field: guide}\n    y: {take: count}\n"


def told(folder: Path, chart: str) -> list[str]:
    """The problems of a site whose dataset has this chart: ``line: English sentence``."""
    (folder / "gongkai.yml").write_text(SITE, encoding="utf-8")
    place = folder / "datasets" / "culture"
    place.mkdir(parents=True)
    (place / "visits.yml").write_text(DATASET.format(chart=chart.rstrip()), encoding="utf-8")
    found = check_definitions(load_definitions(folder))
    assert all(one.file.endswith("visits.yml") and one.what.zh and one.advice.zh for one in found)
    return [f"{one.line}: {one.what.en}" for one in found]


@pytest.mark.parametrize(
    "chart",
    [
        GOOD,
        MONTHS + "    y: {take: mean, fields: [visits]}\n    series: {field: kind}\n",
        "    kind: stacked_bar\n    x: {field: day, by: quarter}\n    y: {take: count}\n"
        "    series: {field: kind, labels: {art: {zh: 美术, en: Art}}}\n"
        "    where: [{field: day, at_least: 2024-01-01}, {field: kind, any_of: [art]}]\n",
        GUIDES + "    where: [{field: guide_kind, any_of: [organization]}]\n",
    ],
)
def test_good_charts_pass(tmp_path: Path, chart: str) -> None:
    assert told(tmp_path, chart) == []


@pytest.mark.parametrize(
    ("chart", "line", "words"),
    [
        (GOOD.replace("museum", "musuem"), 14, "has no field 'musuem'"),
        (GOOD.replace("income_cny", "museum"), 15, "sum cannot be taken"),
        (GOOD.replace("CNY_10k", "CNY_10q"), 15, "no unit called 'CNY_10q'"),
        (GOOD.replace("CNY_10k", "m2"), 15, "cannot be converted"),
        (GOOD.replace("bar", "line"), 13, "needs a time or a number along x"),
        (GOOD.replace("top: 5", "by: month"), 14, "cannot be grouped by month"),
        (GOOD.replace("top: 5", "last: 5"), 14, "last needs an axis of time"),
        (GOOD.replace("top: 5", "topp: 5"), 14, "topp"),
        (GOOD.replace("sum", "total"), 15, "total"),
        (GOOD + "    where: [{field: kind, any_of: [music]}]\n", 16, "never has the value 'music'"),
        (GOOD + "    where: [{field: visits, at_least: many}]\n", 16, "no value of 'visits'"),
        (GOOD + "    where: [{field: day, at_most: 2024}]\n", 16, "no value of 'day'"),
        (GOOD + "    where: [{field: day, latest: true, single: true}]\n", 16, "exactly one of"),
        (GOOD + "    series: {field: museum}\n", 16, "series is the field of x"),
        (GOOD + "    series: {field: nobody}\n", 16, "has no field 'nobody'"),
        (GOOD.replace("bar", "area"), 10, "needs series or several fields"),
        (GOOD.replace("kind: bar", "kind: pie"), 13, "pie"),
        (GUIDES, 14, "masked names of persons"),
        (MONTHS + "    y: {take: count, fields: [visits]}\n", 15, "count counts rows"),
        (MONTHS + "    y: {take: mean}\n", 15, "the others need fields"),
        (
            MONTHS + "    y: {take: sum, fields: [visits, income_cny], title: {zh: 数, en: N}}\n",
            15,
            "different units",
        ),
        (
            "    kind: stacked_bar\n    x: {field: month}\n"
            "    y: {take: median, fields: [visits]}\n    series: {field: kind}\n",
            10,
            "take must be count or sum",
        ),
    ],
)
def test_wrong_charts_are_refused_with_their_line(
    tmp_path: Path, chart: str, line: int, words: str
) -> None:
    found = told(tmp_path, chart)
    assert any(one.startswith(f"{line}: ") and words in one for one in found), found
