"""Other datasets in whose findings the key of a withdrawn row stands."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from flows.opened_site import OpenedSite
from flows.withdrawal.mentions import mentions
from publishing.reader import ReleaseReader

KEY = "决定〔2026〕7号"


def make_dataset(public: Path, name: str, *findings: str) -> None:
    """A dataset with one version per given text of its findings."""
    folder = public / "datasets" / name
    for number, text in enumerate(findings, 1):
        (folder / str(number)).mkdir(parents=True)
        told = json.dumps([{"message_zh": text}], ensure_ascii=False)
        (folder / str(number) / "findings.json").write_text(told, "utf-8")
    entries = [{"version": number} for number in range(1, len(findings) + 1)]
    (folder / "versions.json").write_text(json.dumps({"versions": entries}), "utf-8")


def opened(folder: Path) -> OpenedSite:
    site = SimpleNamespace(public=folder / "public", staging=folder / ".public.staging")
    found: Any = SimpleNamespace(
        release_site=site,
        reader=lambda name: ReleaseReader(site.public, folder / "archive", name),
    )
    return cast(OpenedSite, found)


def test_versions_that_name_the_key_are_told(tmp_path: Path) -> None:
    public = tmp_path / "public"
    make_dataset(public, "penalties", f"{KEY} 有误")
    make_dataset(public, "appeals", "无", f"与 {KEY} 不符", "无")
    make_dataset(public, "permits", "决定〔2026〕8号")
    (public / "datasets" / "damaged").mkdir()
    (public / "datasets" / "damaged" / "versions.json").write_text("{", "utf-8")
    site = opened(tmp_path)
    assert mentions(site, {"penalties"}, {KEY}) == {"appeals": (2,)}
    assert mentions(site, {"penalties"}, {"7号"}) == {}  # too short to mean anything
