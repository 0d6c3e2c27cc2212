"""``gongkai serve`` as a person meets it: its own processes, a real clock, a real schedule."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from service_process import EVERY_MINUTE, ROOT, Service, command, free_port, serve, until
from wells_site import write_site

import flows.serving as subject
from flows.listening_ports import chosen_port


@pytest.fixture
def started() -> Iterator[list[Service]]:
    """Services of the test; whatever is left of them is ended."""
    services: list[Service] = []
    yield services
    for one in services:
        one.end()


def _refused(site: Path, port: int) -> str:
    done = subprocess.run(
        command(site, port), cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def _age(site: Path) -> list[str]:
    """Put the next three scheduled runs into the past, as a long downtime would.

    The last of them was just being started when everything ended. Returns their ids.
    """
    past = dt.datetime.now(dt.UTC).replace(tzinfo=None, second=0, microsecond=0)
    past -= dt.timedelta(hours=2)
    with contextlib.closing(sqlite3.connect(site / "archive/prefect/prefect.db")) as database:
        found = database.execute(
            "select id from flow_run where state_type = 'SCHEDULED' and auto_scheduled "
            "order by expected_start_time limit 3"
        ).fetchall()
        ids = [identifier for (identifier,) in found]
        for place, identifier in enumerate((ids[2], ids[0], ids[1])):
            at = (past + dt.timedelta(minutes=place)).isoformat(sep=" ") + ".000000"
            database.execute(
                "update flow_run set expected_start_time = ?, next_scheduled_start_time = ? "
                "where id = ?",
                (at, at, identifier),
            )
            database.execute(  # what a flow run itself looks at before it begins
                "update flow_run_state set "
                "state_details = json_set(state_details, '$.scheduled_time', ?) "
                "where flow_run_id = ?",
                (at.replace(" ", "T") + "Z", identifier),
            )
        database.execute(
            "update flow_run set state_type = 'PENDING', state_name = 'Pending' where id = ?",
            (ids[2],),
        )
        before = (past - dt.timedelta(minutes=1)).isoformat(sep=" ") + ".000000"
        database.execute(
            "update flow_run set expected_start_time = ? where state_type = 'COMPLETED'", (before,)
        )
        database.execute(  # no other tick may fall due while the service starts again
            "delete from flow_run where state_type = 'SCHEDULED' and id not in (?, ?)", ids[:2]
        )
        database.execute("update deployment_schedule set active = 0")
        database.commit()
    return ids


@pytest.mark.timeout(600)  # about a minute and a half; much more where the machine is busy
def test_a_scheduled_run_fires_and_the_service_stops_and_starts_again(
    service: Service, started: list[Service], tmp_path: Path
) -> None:
    """With versions that do not go together the scheduler makes no runs and says nothing."""
    site = service.site
    ready = service.wait_ready()
    assert ready["url"] == f"http://127.0.0.1:{service.port}/runs"
    assert [one["sources"] for one in ready["deployments"]] == [["east", "west"]]
    page = requests.get(ready["url"], headers={"Accept": "text/html"}, timeout=10)
    assert page.ok
    settings = requests.get(f"http://127.0.0.1:{service.port}/ui-settings", timeout=10).json()
    assert settings["api_url"] == f"http://127.0.0.1:{service.port}/api"

    # the portal is there, and comes back when it is killed
    assert ready["portal"] == f"http://127.0.0.1:{service.portal_port}/"
    (portal,) = [one for one in service.children() if _is_portal(one)]
    os.kill(portal, signal.SIGKILL)
    until(lambda: [one for one in service.children() if _is_portal(one) and one != portal], 30)

    # while the minute passes: neither its port nor its site can be had twice
    other = write_site(tmp_path / "other", "east", schedule=EVERY_MINUTE)
    assert f"端口 {service.port} 已被占用" in _refused(other, service.port)
    assert "已经在服务中" in _refused(site, free_port())

    run = until(lambda: service.runs(state_type="COMPLETED"), 120)[0]
    assert run["state_name"] == "已发布"
    assert run["parameters"]["sources"] == ["east", "west"]
    assert (site / "public/datasets/wells/1/manifest.json").is_file()
    manifest = requests.get(f"{ready['portal']}datasets/wells/1/manifest.json", timeout=30)
    assert manifest.json()["dataset"] == "wells"

    # killed without a word, it leaves nothing behind
    service.process.kill()
    service.process.wait()
    until(lambda: not service.children(), 15)

    # started again on the same port: one of the two missed ticks is made up for, and the run that
    # was just being started is told as broken off; from now on the schedule is a yearly one
    older, newer, broken = _age(site)
    write_site(site, "east", "west", schedule="schedule: {cron: '0 0 1 1 *'}\n")
    again = serve(site, service.port)
    started.append(again)
    again.wait_ready()
    ended = until(lambda: _ended(again, older, newer, broken), 60)
    assert ended == {older: "Cancelled", newer: "无变化", broken: "Crashed"}

    began = time.monotonic()
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(20) == 0
    assert time.monotonic() - began < 2 * subject.STOP_SECONDS + 2
    assert again.children() == []


def _is_portal(process: int) -> bool:
    try:
        return b"flows.serving_portal" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False  # it has just ended


def _ended(service: Service, *wanted: str) -> dict[str, str] | None:
    """How these runs ended; None before all have."""
    over = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")
    runs = {run["id"]: run for run in service.runs() if run["id"] in wanted}
    if any(run["state_type"] not in over for run in runs.values()):
        return None
    return {identifier: run["state_name"] for identifier, run in runs.items()}


def test_another_port_is_taken_where_that_is_allowed() -> None:
    told: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        chosen = chosen_port(
            port, "--port", other_port=True, tell=lambda message: told.append(message.zh)
        )
    assert chosen != port
    assert told == [f"端口 {port} 已被占用，改用 {chosen}。"]


def test_the_children_see_no_other_prefect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql://elsewhere")
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere/api")
    made = subject.environment(tmp_path, 4311)
    assert {key: value for key, value in made.items() if "elsewhere" in value} == {}
    assert made["PREFECT_SERVER_API_PORT"] == "4311"
    assert made["DO_NOT_TRACK"] == "1"
