"""kill -9 at any moment of a run: readers see old or new, the next run converges."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from county_site import DATASET, ROOT, County, parcels

CHANGED = parcels(1, 38, price=301) + parcels(41, 43).partition("\n")[2]


def judge(trial: County, before: tuple[list[int], str], after: tuple[list[int], str]) -> None:
    """What a reader sees after the kill, and what the next plain run makes of it."""
    assert trial.seen() in (before, after)
    ended = trial.run()
    assert ended.code == 0, ended
    assert ended.only["state"] in ("released", "no_change")
    assert ended.only["version"] == after[0][-1]
    assert trial.seen() == after
    states = [state for _, state, _ in trial.states()]
    assert None not in states
    assert not list((trial.folder / ".public.staging" / DATASET).iterdir())


def judge_the_run_after(trial: County, after: tuple[list[int], str]) -> None:
    """What comes later does not differ from what comes after an undisturbed run."""
    assert trial.status()[0]["state"] in ("released", "no_change")
    again = trial.run()
    assert again.only["state"] == "no_change"
    assert again.only["rows_read"] == again.only["rows_unchanged"] == 41
    assert trial.seen() == after


def kill_at(site: County, to: Path, at: int) -> County:
    """A copy of the site, killed at a step of its run."""
    trial = site.copy(to)
    ended = trial.run(at=at, mode="kill", folder=str(trial.folder))
    assert ended.code == -signal.SIGKILL
    return trial


def rehearse(site: County, work: Path, share: int) -> set[str]:
    """Kill at every ``share``-th step; which states killed runs ended in."""
    undisturbed = site.copy(work / "undisturbed")
    steps = site.commands.steps(undisturbed.folder, "run", "--site", undisturbed.folder)
    before, after = site.seen(), undisturbed.seen()
    assert steps > 60
    found: set[str] = set()
    for at in range(1 + share // 2, steps + 1, share):
        trial = kill_at(site, work / f"trial{at}", at)
        judge(trial, before, after)
        if at < share:
            judge_the_run_after(trial, after)
        found |= {zh for _, _, zh in trial.states() if "中断" in zh}
    return found


def test_killed_now_and_then(released: County, tmp_path: Path) -> None:
    released.write("inbox/bureau.csv", CHANGED)
    found = rehearse(released, tmp_path, 40)
    assert any("没有采用任何数据" in one for one in found)
    assert any("发布之前被中断" in one for one in found)


def test_a_killed_first_run_leaves_nothing_that_hinders(county: County, tmp_path: Path) -> None:
    county.write("inbox/bureau.csv", CHANGED)
    rehearse(county, tmp_path, 90)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_every_step(released: County, tmp_path: Path) -> None:
    released.write("inbox/bureau.csv", CHANGED)
    found = rehearse(released, tmp_path, 1)
    assert any("运行随后被中断" in one for one in found)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_any_time(released: County, tmp_path: Path) -> None:
    """The command as an operator starts it, killed by the clock."""
    released.write("inbox/bureau.csv", CHANGED)
    undisturbed = released.copy(tmp_path / "undisturbed")
    command = [sys.executable, "-m", "flows.command_line", "run", "--site"]
    started = time.monotonic()
    subprocess.run([*command, undisturbed.folder], cwd=ROOT, check=True, capture_output=True)
    whole = time.monotonic() - started
    before, after = released.seen(), undisturbed.seen()
    chance = random.Random(7)
    for number in range(25):
        trial = released.copy(tmp_path / f"trial{number}")
        process = subprocess.Popen(
            [*command, trial.folder], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.3, 1.0) * whole)
        process.kill()
        process.wait()
        judge(trial, before, after)


def test_a_stopped_run_shows_as_interrupted_only_once_it_is_dead(released: County) -> None:
    """While it lives its lock is held, and no command takes it for dead or touches its files."""
    released.write("inbox/bureau.csv", CHANGED)
    steps = released.copy(released.folder.with_name("measured"))
    number = released.commands.steps(steps.folder, "run", "--site", steps.folder)
    trial = released.copy(released.folder.with_name("trial"))
    pid, out = trial.start(at=number // 2, mode="stop", folder=str(trial.folder))
    for _ in range(600):
        if "T" in Path(f"/proc/{pid}/stat").read_text("utf-8").split(") ")[1][:1]:
            break
        time.sleep(0.1)
    staged = sorted((trial.folder / ".public.staging" / DATASET).iterdir())
    assert staged
    assert trial.status()[0]["version"] == 1
    assert trial.states()[-1][1] is None
    assert sorted((trial.folder / ".public.staging" / DATASET).iterdir()) == staged
    signal.pidfd_send_signal(_pidfd(pid), signal.SIGCONT)
    assert trial.commands.join((pid, out)).code == 0
    assert trial.seen() == steps.seen()


def _pidfd(pid: int) -> int:
    import os

    return os.pidfd_open(pid)


def test_killed_rollback(released: County, tmp_path: Path) -> None:
    first = released.seen()
    released.write("inbox/bureau.csv", CHANGED)
    released.run()
    arguments = ("rollback", DATASET, "1", "--reason", "价格有误", "--site")
    undisturbed = released.copy(tmp_path / "undisturbed")
    steps = released.commands.steps(undisturbed.folder, *arguments, undisturbed.folder)
    assert undisturbed.seen() == ([1, 2, 3], first[1])
    for at in (steps // 3, steps - 1):
        trial = released.copy(tmp_path / f"trial{at}")
        ended = trial.commands.run(*arguments, trial.folder, at=at, folder=str(trial.folder))
        assert ended.code == -signal.SIGKILL
        assert trial.seen() in (released.seen(), undisturbed.seen())
        after = trial.run()
        numbers, content = trial.seen()
        if content != first[1]:  # killed before the switch: held, or never begun
            assert (numbers, after.only["state"]) in (([1, 2], "held"), ([1, 2], "no_change"))
            continue
        assert after.only["state"] == "held"
        assert f"gongkai rollback {DATASET} --lift" in after.only["message"]
