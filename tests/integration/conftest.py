"""A site made in a temporary folder, and what tests put into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from made_sites import SITE, MadeSite


@pytest.fixture
def made_site(tmp_path: Path) -> MadeSite:
    """An empty site."""
    site = MadeSite(tmp_path / "site")
    site.write("gongkai.yml", SITE)
    return site


def rules_of(findings: pl.DataFrame, *columns: str) -> dict[tuple[Any, ...], int]:
    """How many findings there are by rule and severity (and further columns)."""
    by = ["rule", "severity", *columns]
    return {tuple(row[:-1]): row[-1] for row in findings.group_by(by).len().iter_rows()}


@pytest.fixture
def count_rules() -> Callable[..., dict[tuple[Any, ...], int]]:
    """:func:`rules_of` as a fixture."""
    return rules_of
