"""A chart that cannot be drawn: the rows are released, and whoever runs it is told."""

from __future__ import annotations

import json

from made_sites import MadeSite

DATASET = """\
format: 1
id: budgets
title: {zh: 预算, en: Budgets}
description: {zh: 预算, en: Budgets}
theme: money
owner: {zh: 财政局, en: Finance}
update_frequency: annual
primary_key: [office]
charts:
  - id: total
    title: {zh: 总额, en: Total}
    description: {zh: 总额, en: Total}
    kind: bar
    where: [{field: level, single: true}]
    x: {field: office}
    y: {take: sum, fields: [amount_cny]}
fields:
  - {name: office, title: {zh: 单位, en: Office}, type: string}
  - {name: level, title: {zh: 层级, en: Level}, type: string}
  - {name: amount_cny, title: {zh: 金额, en: Amount}, type: decimal, scale: 2, unit: CNY}
"""
SOURCE = """\
dataset: money/budgets
connector: {type: folder, path: inbox, glob: "*.csv"}
load: full
layout:
  reader: {type: delimited}
  mapping: {office: 单位, level: 层级, amount_cny: 金额}
"""


def test_a_chart_that_cannot_be_drawn_is_told_with_the_release(made_site: MadeSite) -> None:
    made_site.write("datasets/money/budgets.yml", DATASET)
    made_site.source("budgets", SOURCE)
    made_site.write("inbox/a.csv", "单位,层级,金额（元）\n甲局,县,1.00\n乙局,市,2.00\n")
    outcome = made_site.run("budgets")["budgets"]
    assert outcome.state == "released"
    assert "总额" in outcome.message.zh
    assert "有不止一个值" in outcome.message.zh
    assert "'Total' was not drawn" in outcome.message.en
    manifest = made_site.folder / "public/datasets/budgets/1/manifest.json"
    assert "failed" in json.loads(manifest.read_text("utf-8"))["charts"][0]
    assert made_site.released("budgets").height == 2
    made_site.write("inbox/a.csv", "单位,层级,金额（元）\n甲局,县,1.00\n乙局,县,2.00\n")
    outcome = made_site.run("budgets")["budgets"]
    assert outcome.state == "released"
    assert "总额" not in outcome.message.zh
