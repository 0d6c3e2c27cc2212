"""A site made in a temporary folder, and runs of it in process."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from flows.commands.check import all_problems
from flows.opened_site import open_site
from flows.outcome import RunOutcome
from flows.run_records import RunRecords
from flows.running import run_sources, select_sources
from flows.source_run import RunOptions

SITE = """\
format: 1
id: made
publisher:
  name: {zh: 试验县, en: Made county}
"""


@dataclass
class MadeSite:
    """A site in a folder of the test."""

    folder: Path

    def write(self, name: str, text: str) -> Path:
        """Write a file of the site."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def source(self, identifier: str, body: str) -> None:
        """Write a source file; ``format``, ``id`` and ``department`` are put before the body."""
        head = f"format: 1\nid: {identifier}\ndepartment: {{zh: 某局, en: A bureau}}\n"
        self.write(f"sources/{identifier}.yml", head + body)

    def folder_source(
        self,
        identifier: str,
        dataset: str,
        path: Path | str,
        glob: str,
        layout: str,
        more: str = "",
    ) -> None:
        """A source that reads files of a folder by a named layout, load full."""
        self.source(
            identifier,
            f"dataset: {dataset}\n"
            f"connector: {{type: folder, path: '{path}', glob: '{glob}'}}\n"
            f"layout: {layout}\n"
            f"load: full\n{more}",
        )

    def run(
        self, *names: str, day: dt.date = dt.date(2026, 11, 1), force: bool = False
    ) -> dict[str, RunOutcome]:
        """Run sources in process; outcomes by source. Wrong definitions fail the test."""
        with open_site(self.folder) as opened:
            problems = all_problems(opened.definitions)
            assert not problems, [str(item.message()) for item in problems]
            options = RunOptions(logical_date=day, force=force)
            outcomes = run_sources(opened, select_sources(opened, names), options)
        return {outcome.source.id: outcome for outcome in outcomes}

    def findings(self, outcome: RunOutcome) -> pl.DataFrame:
        """All findings of a run."""
        with open_site(self.folder) as opened:
            found = RunRecords(opened.runs_folder).findings(outcome.run)
        assert found is not None
        return found

    def quarantine(self, outcome: RunOutcome) -> pl.DataFrame:
        """All records a run held back."""
        with open_site(self.folder) as opened:
            held = RunRecords(opened.runs_folder).quarantine(outcome.run)
        assert held is not None
        return held

    def released(self, dataset: str, version: int | None = None) -> pl.DataFrame:
        """All rows of a released version."""
        with open_site(self.folder) as opened:
            return opened.reader(dataset).scan(version).collect()

    def versions(self, dataset: str) -> dict[str, Any]:
        """``versions.json`` of a dataset."""
        path = self.folder / "public" / "datasets" / dataset / "versions.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def public_text(self) -> str:
        """Everything readable that is public, in one text."""
        wanted = (".csv", ".json", ".jsonl")
        files = sorted((self.folder / "public").rglob("*"))
        return "\n".join(
            file.read_text(encoding="utf-8") for file in files if file.suffix in wanted
        )
