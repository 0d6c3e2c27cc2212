"""The flow and its tasks: as plain functions, and against a temporary server."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import State
from wells_site import write_site

import flows.prefect_flows as subject
from flows.opened_site import open_site
from flows.running import select_sources
from flows.source_run import RunOptions
from schemas.message import FetchError, Message
from schemas.run import RunState

DAY = dt.date(2026, 11, 1)
ROOT = Path(subject.__file__).parent.parent


def _run(site: Path, *sources: str) -> State[None]:
    return subject.run_on_schedule(str(site), list(sources), logical_date=DAY, return_state=True)


def _current(site: Path) -> int | None:
    index = site / "public/datasets/wells/versions.json"
    return json.loads(index.read_text("utf-8"))["current"] if index.exists() else None


def _artifact(key: str) -> object:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        )
    return max(found, key=lambda one: one.created).data


def test_tasks_are_plain_functions(tmp_path: Path) -> None:
    site = write_site(tmp_path, "east", "west")
    with open_site(site) as opened:
        sources = select_sources(opened, ["wells"])
        fetched = subject.fetch_source.fn(opened, sources[0], RunOptions(DAY))
        assert [one.name for one in fetched.snapshots] == ["wells.csv"]
        outcomes = [
            subject.accept_source.fn(opened, sources[0], RunOptions(DAY, fetched=fetched)),
            subject.accept_source.fn(
                opened,
                sources[1],
                RunOptions(DAY, fetched=FetchError(Message("断网", "no network"))),
            ),
        ]
        assert [one.state for one in outcomes] == [None, RunState.FAILED]
        dataset = opened.definitions.datasets["wells"].model
        assert subject.cut_dataset_release.fn(opened, dataset, outcomes) == 1
        assert outcomes[0].state is RunState.RELEASED


def test_a_flow_run_releases_and_shows_its_summary(prefect_api: None, tmp_path: Path) -> None:
    site = write_site(tmp_path, "east", "west")
    first = _run(site, "east", "west")
    assert (first.type.value, first.name) == ("COMPLETED", "已发布")
    assert "第 1 版" in (first.message or "")
    rows = json.loads(str(_artifact("wells-summary")))
    assert [(one["来源"], one["状态"], one["版本"], one["读入"]) for one in rows] == [
        ("east", "已发布", 1, 2),
        ("west", "已发布", 1, 2),
    ]
    text = str(_artifact("wells-releases"))
    assert "http://127.0.0.1:8000/datasets/wells/1/" in text
    assert str(site / "public/datasets/wells/1") in text
    second = _run(site, "east", "west")
    assert (second.type.value, second.name) == ("COMPLETED", "无变化")
    assert _current(site) == 1


def test_one_failed_source_fails_the_flow_run_and_stops_no_other(
    prefect_api: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write_site(tmp_path, "east", "west")
    (site / "drop/west/wells.csv").write_text("别的,列\n1,2\n", encoding="utf-8")
    state = _run(site, "east", "west")
    assert state.type.value == "FAILED"
    assert state.name in ("已暂停", "失败")
    assert (state.message or "").startswith("west：")
    assert _current(site) == 1
    rows = json.loads(str(_artifact("wells-summary")))
    assert [one["状态"] for one in rows] == ["已发布", state.name]
    assert rows[1]["说明"]


def test_only_the_fetch_is_tried_again(
    prefect_api: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write_site(tmp_path, "east")
    (site / "drop/east/wells.csv").unlink()
    (site / "drop/east").rmdir()
    quick = subject.fetch_source.with_options(retry_delay_seconds=0.05, retry_jitter_factor=None)
    monkeypatch.setattr(subject, "fetch_source", quick)
    state = _run(site, "east")
    assert (state.type.value, state.name) == ("FAILED", "失败")
    runs = _task_runs(state)
    assert {name: count for name, (count, _) in runs.items()} == {
        "采集 east": subject.FETCH_RETRIES + 1,
        "读取、检查、采用 east": 1,
        "发布 wells": 1,
    }
    assert runs["采集 east"][1] == "FAILED"
    assert _current(site) is None


def test_a_defect_of_ours_is_not_tried_again(prefect_api: None, tmp_path: Path) -> None:
    tried: list[int] = []

    def broken(*_all: object) -> None:
        tried.append(1)
        raise KeyError("defect")

    task = subject.fetch_source.with_options(retry_delay_seconds=0.05, retry_jitter_factor=None)
    task.fn = broken
    with pytest.raises(KeyError):
        task(1, 2, 3)
    assert len(tried) == 1


def test_a_wrong_definition_is_told_on_the_run_page(prefect_api: None, tmp_path: Path) -> None:
    site = write_site(tmp_path, "east")
    source = site / "sources/east.yml"
    source.write_text(source.read_text("utf-8").replace("load: full", "load: all"), "utf-8")
    state = _run(site, "east")
    assert (state.type.value, state.name) == ("FAILED", "被拒绝")
    assert "east.yml" in (state.message or "")


NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("late", "skip", "later", "left_out"),
    [
        (dt.timedelta(0), False, False, False),
        (dt.timedelta(days=3), False, False, False),
        (dt.timedelta(days=3), False, True, True),
        (subject.SKIP_GRACE, True, False, False),
        (subject.SKIP_GRACE + dt.timedelta(seconds=1), True, False, True),
        (dt.timedelta(0), True, True, True),
    ],
)
def test_missed_ticks(late: dt.timedelta, skip: bool, later: bool, left_out: bool) -> None:
    why = subject.why_left_out(NOW - late, NOW, skip=skip, later_is_due=later)
    assert (why is not None) == left_out


def test_a_run_in_process_pays_for_no_prefect(tmp_path: Path) -> None:
    site = write_site(tmp_path, "east")
    code = (
        "import sys, flows.command_line as it\n"
        f"sys.argv = ['gongkai', 'run', '--site', {str(site)!r}]\n"
        "try:\n    it.main()\n"
        "finally:\n    print('prefect' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"
    assert _current(site) == 1


def _task_runs(state: State[None]) -> dict[str, tuple[int, str]]:
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(
            flow_run_filter=FlowRunFilter(
                id=FlowRunFilterId(any_=[state.state_details.flow_run_id])
            )
        )
    return {one.name: (one.run_count, one.state_type.value) for one in runs}
