"""Targets as an operator meets them: check, run, deliver, status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_commands import CSV, SOURCE, gongkai, gongkai_json

TARGETS = """\
targets:
  - kind: object_storage
    name: mirror
    url: file://{mirror}
  - kind: webhook
    name: hook
    url: http://127.0.0.1:9/hook
    secrets: [{{variable: HOOK_SECRET}}]
"""


@pytest.fixture
def site(made_site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HOOK_SECRET", "x")
    head = (made_site.folder / "gongkai.yml").read_text("utf-8")
    made_site.write("gongkai.yml", head + TARGETS.format(mirror=tmp_path / "mirror"))
    made_site.source("bureau", SOURCE)
    made_site.write("inbox/results.csv", CSV)
    return made_site


def test_a_run_delivers_and_a_target_that_fails_does_not_hold_it_up(
    site: Any, tmp_path: Path
) -> None:
    folder = str(site.folder)
    code, output = gongkai("run", "--site", folder)
    assert code == 0
    assert "[已送达] mirror ← land_supply_results" in output
    assert "[未送达] hook ← land_supply_results release" in output
    assert "gongkai deliver --retry" in output
    assert (tmp_path / "mirror/datasets/land_supply_results/versions.json").is_file()

    code, output = gongkai("deliver", "--site", folder)
    assert code == 1
    assert "--retry" in output
    code, output = gongkai("deliver", "--site", folder, "--target", "mirror")
    assert (code, output.strip()) == (0, "各目标都是最新的。")

    code, told = gongkai_json("deliver", "--site", folder, "--retry")
    assert code == 1
    (attempt,) = told["deliveries"]
    assert (attempt["target"], attempt["event"]) == ("hook", "release:1")
    assert attempt["succeeded"] is False
    assert attempt["next_attempt_at"] > "2026"
    states = {one["target"]: one for one in told["targets"]}
    assert (states["mirror"]["done"], states["mirror"]["failed"]) == (2, 0)
    assert states["hook"]["failed_attempts"] == 2
    assert "127.0.0.1" in states["hook"]["message_zh"]

    code, status = gongkai_json("status", "--site", folder)
    assert (code, status["targets"]) == (0, told["targets"])
    assert "mirror" in gongkai("status", "--site", folder)[1]


def test_json_of_a_run_stays_one_document(site: Any) -> None:
    code, output = gongkai("run", "--site", str(site.folder), "--json")
    assert code == 0
    assert json.loads(output)[0]["state"] == "released"


def test_a_rollback_is_delivered(site: Any, tmp_path: Path) -> None:
    folder = str(site.folder)
    gongkai("run", "--site", folder)
    code, output = gongkai(
        "rollback", "land_supply_results", "1", "--reason", "x", "--site", folder
    )
    assert code == 0
    assert "[已送达] mirror" in output
    assert (tmp_path / "mirror/datasets/land_supply_results/2/manifest.json").is_file()


def test_an_unknown_target_and_a_site_without_any(site: Any) -> None:
    code, output = gongkai("deliver", "--site", str(site.folder), "--target", "nowhere")
    assert code == 2
    assert "mirror" in output
    site.write(
        "gongkai.yml", (site.folder / "gongkai.yml").read_text("utf-8").partition("targets")[0]
    )
    code, output = gongkai("deliver", "--site", str(site.folder))
    assert code == 0
    assert "没有配置目标" in output


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("kind: webhook", "kind: webhok", 9, "kind"),
        ("kind: webhook", "kind: webhook\n    evnts: [release]", 10, "events"),
        ("http://127.0.0.1:9/hook", "http://hooks.example/x", 9, "plain_http"),
        ("http://127.0.0.1:9/hook", "https://u:p@hooks.example/x", 9, "密钥引用"),
        ("{variable: HOOK_SECRET}", "geheim", 12, "请更换它"),
        ("{variable: HOOK_SECRET}", "{variable: geheim/7}", 12, "请更换它"),
        ("[{variable: HOOK_SECRET}]", "[{variable: A, file: b}]", 12, "须二选一"),
        ("name: hook", "name: mirror", 10, "重复"),
        ("url: file:///", "url: file://", 6, "三条斜线"),
        ("name: hook", "name: hook\n    datasets: [land_supply_result]", 11, "没有数据集"),
        ("name: hook", "name: hook\n    themes: [lands]", 11, "没有主题"),
        ("kind: object_storage", "kind: sql", 6, "postgresql"),
        ("kind: object_storage", "kind: ckan", 6, "token"),
    ],
)
def test_check_names_the_line(site: Any, right: str, wrong: str, line: int, says: str) -> None:
    text = (site.folder / "gongkai.yml").read_text("utf-8")
    assert right in text
    site.write("gongkai.yml", text.replace(right, wrong))
    code, output = gongkai("check", "--site", str(site.folder))
    assert code == 2
    assert f"gongkai.yml:{line}" in output
    assert says in output
    assert "geheim" not in output  # a secret that stands in the file is not repeated
