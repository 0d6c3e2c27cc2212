"""A small site of water wells."""

from __future__ import annotations

from pathlib import Path

SITE = """\
format: 1
id: made
publisher:
  name: {zh: 试验县, en: Made county}
"""
DATASET = """\
format: 1
id: wells
title: {zh: 水井, en: Wells}
description: {zh: 水井一览。, en: All wells.}
theme: water
owner: {zh: 水利局, en: Water bureau}
update_frequency: daily
primary_key: [well]
fields:
  - {name: well, title: {zh: 井号, en: Well}, type: string}
  - {name: depth, title: {zh: 井深, en: Depth}, type: integer}
"""


def write_site(folder: Path, *sources: str, schedule: str = "") -> Path:
    """A site with the dataset ``wells`` and folder sources; each has a file with two wells."""
    files = {"gongkai.yml": SITE, "datasets/water/wells.yml": DATASET}
    for source in sources:
        files[f"sources/{source}.yml"] = (
            f"format: 1\nid: {source}\ndataset: water/wells\n"
            "department: {zh: 水利局, en: Water bureau}\n"
            f"connector: {{type: folder, path: drop/{source}, glob: '*.csv'}}\n"
            "layout:\n"
            "  reader: {type: delimited}\n"
            "  mapping: {well: 井号, depth: 井深}\n"
            f"load: full\n{schedule}"
        )
        files[f"drop/{source}/wells.csv"] = f"井号,井深\n{source}-1,12\n{source}-2,30\n"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
