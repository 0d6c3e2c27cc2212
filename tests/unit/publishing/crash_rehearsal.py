"""Kills (or fails) a release at every file operation and looks at what readers see.

Run as a program: ``crash_rehearsal.py SITE WORK MODE STEP``. SITE is a prepared site with version 1
released and a changed batch accepted. Polars must not have started its threads before the forks,
so nothing is computed in this process; children do the work. Prints a JSON report.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from publishing_office import Office, make_dataset, open_site

WATCHED = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.chmod", "os.rmdir"}
BY_MONTH = {"field": "signed_on", "by": "month"}


def release(folder: Path) -> None:
    """Cut a release as flows would."""
    site = open_site(folder)
    try:
        Office(folder, make_dataset(partition=BY_MONTH), site, runs=2).release()
    finally:
        site.warehouse.close()


def watch(folder: Path, act: Callable[[int], None]) -> None:
    """Call ``act(n)`` before the n-th operation on a file below ``folder``."""
    count = 0
    busy = False
    prefix = str(folder)

    def step() -> None:
        nonlocal count, busy
        if busy:
            return
        busy = True
        count += 1
        try:
            act(count)
        finally:
            busy = False

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in WATCHED and arguments and str(arguments[0]).startswith(prefix):
            step()

    original = os.fsync

    def fsync(handle: int) -> None:
        step()
        original(handle)

    os.fsync = fsync  # type: ignore[assignment]
    sys.addaudithook(hook)


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked child; its wait status."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(OSError):
            work()
            os._exit(0)
        os._exit(3)
    return os.waitpid(child, 0)[1]


def count_steps(folder: Path) -> int:
    """How many operations an undisturbed release takes."""
    told, tell = os.pipe()
    steps = 0

    def act(number: int) -> None:
        nonlocal steps
        steps = number

    def work() -> None:
        watch(folder, act)
        release(folder)
        os.write(tell, str(steps).encode())

    assert in_child(work) == 0
    return int(os.read(told, 20))


def disturb(folder: Path, mode: str, at: int) -> int:
    """Release with a kill or a full disk at one operation."""

    def act(number: int) -> None:
        if number == at:
            if mode == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, "no space left on device")

    def work() -> None:
        watch(folder, act)
        release(folder)

    return in_child(work)


def seen_by_reader(folder: Path) -> tuple[list[int], str]:
    """All versions, and the content hash of the current one, after checking that every file of
    every version is whole."""
    datasets = folder / "public" / "datasets" / "parcels"
    pointer = json.loads((datasets / "versions.json").read_bytes())
    for entry in pointer["versions"]:
        version = datasets / str(entry["version"])
        sums = (version / "SHA256SUMS").read_text().splitlines()
        for line in sums:
            digest, name = line.split("  ")
            assert hashlib.sha256((version / name).read_bytes()).hexdigest() == digest, name
        manifest = (version / "manifest.json").read_bytes()
        assert hashlib.sha256(manifest).hexdigest() == entry["manifest_sha256"]
        assert len(sums) == len(list(version.iterdir())) - 1
    assert pointer["current"] == pointer["versions"][-1]["version"]
    catalogue = json.loads((folder / "public" / "catalog.json").read_bytes())
    assert catalogue["datasets"][0]["current"] in [one["version"] for one in pointer["versions"]]
    return [one["version"] for one in pointer["versions"]], pointer["versions"][-1][
        "content_sha256"
    ]


def main(site: Path, work: Path, mode: str, step: int) -> None:
    """Rehearse and report."""
    trial = work / "undisturbed"
    shutil.copytree(site, trial, symlinks=True)
    steps = count_steps(trial)
    _, expected = seen_by_reader(trial)
    _, before = seen_by_reader(site)
    report: dict[str, object] = {"steps": steps, "old": 0, "new": 0, "disturbed": 0}
    problems: list[str] = []
    for at in range(1, steps + 1, step):
        trial = work / f"trial{at}"
        shutil.copytree(site, trial, symlinks=True)
        status = disturb(trial, mode, at)
        hit = os.WIFSIGNALED(status) if mode == "kill" else os.WEXITSTATUS(status) == 3
        report["disturbed"] += hit  # type: ignore[operator]
        try:
            versions, content = seen_by_reader(trial)
            assert (versions, content) in (([1], before), ([1, 2], expected)), versions
            report["old" if versions == [1] else "new"] += 1  # type: ignore[operator]
            assert in_child(lambda folder=trial: release(folder)) == 0, "the next run failed"  # type: ignore[misc]
            assert seen_by_reader(trial) == ([1, 2], expected), "the next run did not converge"
            left = list((trial / ".public.staging" / "parcels").iterdir())
            assert not left, left
            numbers = sorted(p.name for p in (trial / "public/datasets/parcels").iterdir())
            assert numbers == ["1", "2", "delta", "versions.json"], numbers
            deltas = [p.name for p in (trial / "public/datasets/parcels/delta").iterdir()]
            assert deltas == ["1..2.jsonl"], deltas
            catalogue = json.loads((trial / "public" / "catalog.json").read_bytes())
            assert catalogue["datasets"][0]["current"] == 2
        except (AssertionError, OSError, ValueError) as problem:
            problems.append(f"{mode} at {at}: {problem!r}")
        shutil.rmtree(trial)
    print(json.dumps({**report, "problems": problems}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
