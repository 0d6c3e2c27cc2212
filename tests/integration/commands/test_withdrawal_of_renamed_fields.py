"""``gongkai withdraw --field`` where fields had other names in other versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.command_line import app

SITE = """\
format: 1
id: made
publisher:
  name: {zh: 试验县, en: Made county}
formats: [csv, parquet]
"""
DATASET = """\
format: 1
id: contracts
title: {{zh: 合同, en: Contracts}}
description: {{zh: 合同一览。, en: All contracts.}}
theme: made
owner: {{zh: 某局, en: A bureau}}
update_frequency: daily
primary_key: [number]
fields:
  - {{name: number, title: {{zh: 编号, en: Number}}, type: string}}
  - {{name: {party}, title: {{zh: 名称, en: Party}}, type: string}}
  - {{name: price_cny, title: {{zh: 金额, en: Price}}, type: decimal, scale: 2, unit: CNY}}
"""
SOURCE = """\
dataset: made/contracts
connector: {{type: folder, path: inbox, glob: "*.csv"}}
layout:
  reader: {{type: delimited}}
  mapping: {{number: 编号, {party}: 名称, price_cny: 金额}}
load: full
"""
ROWS = "编号,名称,金额（元）\nH-11,某某工程队,100.50\nH-22,秘密工程队,200.50\n"
SECRET = "秘密工程队"


def gongkai(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def define(made_site: Any, party: str) -> None:
    """The dataset and its source with another name of one field."""
    made_site.write("datasets/made/contracts.yml", DATASET.format(party=party))
    made_site.source("bureau", SOURCE.format(party=party))


def release(made_site: Any, *more: str) -> None:
    code, said = gongkai("run", "--site", str(made_site.folder), *more)
    assert code == 0, said


def withdraw(made_site: Any, *more: str) -> tuple[int, str]:
    where = ["--reason", "涉及隐私", "--yes", "--site", str(made_site.folder)]
    return gongkai("withdraw", "contracts", "number=H-22", *more, *where)


def holding(made_site: Any, text: str) -> list[str]:
    """The published files that hold a text."""
    public: Path = made_site.folder / "public"
    files = (one for one in public.rglob("*") if one.suffix in (".csv", ".json", ".jsonl", ".xml"))
    return sorted(str(one.relative_to(public)) for one in files if text in one.read_text("utf-8"))


@pytest.fixture
def renamed(made_site: Any) -> Any:
    """Three versions: ``party`` in the first, ``party_name`` in the others."""
    made_site.write("gongkai.yml", SITE)
    made_site.write("inbox/contracts.csv", ROWS)
    define(made_site, "party")
    release(made_site)
    define(made_site, "party_name")
    release(made_site)
    made_site.write("inbox/contracts.csv", ROWS + "H-33,某某工程队,300\n")
    release(made_site)
    entries = json.loads(
        (made_site.folder / "public/datasets/contracts/versions.json").read_text("utf-8")
    )["versions"]
    assert [one["version"] for one in entries] == [1, 2, 3]
    return made_site


def test_a_renamed_field_must_be_named_by_all_its_names(renamed: Any) -> None:
    before = holding(renamed, SECRET)
    for one, other in (("party_name", "party"), ("party", "party_name")):
        code, said = withdraw(renamed, "--field", one)
        assert code == 2
        assert f"--field {other}" in said
    assert holding(renamed, SECRET) == before
    assert {name.split("/")[2] for name in before} >= {"1", "2", "3"}

    code, said = withdraw(renamed, "--field", "party_name", "--field", "party")

    assert code == 0, said
    assert holding(renamed, SECRET) == []
    tables = renamed.folder.glob("public/datasets/contracts/*/contracts.csv")
    assert all("H-22" in one.read_text("utf-8") for one in tables)  # the row itself stays


def test_a_field_renamed_after_the_withdrawal_does_not_bring_the_value_back(renamed: Any) -> None:
    assert withdraw(renamed, "--field", "party_name", "--field", "party")[0] == 0
    define(renamed, "contractor")
    code, said = gongkai("run", "--site", str(renamed.folder))
    assert (code, "REL-02" in said) == (1, True)  # that a row goes is not silent
    release(renamed, "--accept", "REL-02")
    assert holding(renamed, SECRET) == []
    newest = renamed.folder / "public/datasets/contracts"
    current = json.loads((newest / "versions.json").read_text("utf-8"))["current"]
    table = (newest / str(current) / "contracts.csv").read_text("utf-8")
    assert "contractor" in table
    assert "H-22" not in table  # nobody knows whether the field is the withdrawn one: it goes whole
