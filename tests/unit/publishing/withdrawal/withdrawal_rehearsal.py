"""Kills (or fails) a withdrawal at file operations and looks at what readers see.

Run as a program: ``withdrawal_rehearsal.py SITE WORK MODE STEP SECRET``. SITE is a prepared site
with versions and a withdrawal that was written down and not carried out. Polars must not have
started its threads before the forks, so children do the work. Prints a JSON report.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from crash_rehearsal import in_child, watch
from publishing_office import NOW, open_site

from publishing.repair import repair
from publishing.withdrawal import finishing


class StoppedClock(dt.datetime):
    """Stands still, so that trials can be compared to the byte."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        """The same moment always."""
        return NOW.astimezone(tz)


def carry_out(folder: Path) -> None:
    """Do what the ledger says, as any command does when it opens the site."""
    finishing.dt = SimpleNamespace(datetime=StoppedClock, UTC=dt.UTC)  # type: ignore[assignment]
    site = open_site(folder, formats=["csv", "jsonl", "parquet"])
    try:
        repair(site)
    finally:
        site.warehouse.close()


def count_steps(folder: Path) -> int:
    """How many operations an undisturbed withdrawal takes."""
    told, tell = os.pipe()
    steps = 0

    def act(number: int) -> None:
        nonlocal steps
        steps = number

    def work() -> None:
        watch(folder, act)
        carry_out(folder)
        os.write(tell, str(steps).encode())

    assert in_child(work) == 0
    return int(os.read(told, 20))


def disturb(folder: Path, mode: str, at: int) -> int:
    """Carry out with a kill or a full disk at one operation."""

    def act(number: int) -> None:
        if number == at:
            if mode == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, "no space left on device")

    def work() -> None:
        watch(folder, act)
        carry_out(folder)

    return in_child(work)


def versions_are_whole(folder: Path) -> None:
    """Each version that the pointer offers is the old or the new one, every file of it there."""
    datasets = folder / "public/datasets/parcels"
    pointer = json.loads((datasets / "versions.json").read_bytes())
    for entry in pointer["versions"]:
        if entry.get("withdrawn"):
            continue
        version = datasets / str(entry["version"])
        sums = (version / "SHA256SUMS").read_text().splitlines()
        assert len(sums) == len(list(version.iterdir())) - 1
        for line in sums:
            digest, name = line.split("  ")
            assert hashlib.sha256((version / name).read_bytes()).hexdigest() == digest, name
        manifest = json.loads((version / "manifest.json").read_bytes())
        assert sorted(manifest["files"]) == sorted(
            name for name in (one.split("  ")[1] for one in sums) if name != "manifest.json"
        )


def state_of(folder: Path) -> dict[str, str]:
    """Name and content of every public file, and the manifests that the pointer names."""
    datasets = folder / "public/datasets/parcels"
    pointer = json.loads((datasets / "versions.json").read_bytes())
    for entry in pointer["versions"]:
        if not entry.get("withdrawn"):
            manifest = (datasets / str(entry["version"]) / "manifest.json").read_bytes()
            assert hashlib.sha256(manifest).hexdigest() == entry["manifest_sha256"]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for root in (folder / "public/datasets", folder / ".public.objects")
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def holds(folder: Path, secret: str) -> list[str]:
    """Files below public and the object store that hold the secret; a program of its own, since
    reading Parquet starts threads."""
    code = (
        "import sys; from pathlib import Path; from public_bytes import places_of; "
        "print('\\n'.join(places_of(Path(sys.argv[1]), sys.argv[2])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder, secret], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def main(site: Path, work: Path, mode: str, step: int, secret: str) -> None:
    """Rehearse and report."""
    trial = work / "undisturbed"
    shutil.copytree(site, trial, symlinks=True)
    steps = count_steps(trial)
    expected = state_of(trial)
    report: dict[str, object] = {"steps": steps, "disturbed": 0, "held_after": holds(trial, secret)}
    problems: list[str] = []
    for at in range(1, steps + 1, step):
        trial = work / f"trial{at}"
        shutil.copytree(site, trial, symlinks=True)
        status = disturb(trial, mode, at)
        hit = os.WIFSIGNALED(status) if mode == "kill" else os.WEXITSTATUS(status) == 3
        report["disturbed"] += hit  # type: ignore[operator]
        try:
            versions_are_whole(trial)
            assert in_child(lambda folder=trial: carry_out(folder)) == 0, "the next start failed"  # type: ignore[misc]
            found = state_of(trial)
            wrong = sorted(
                name for name in {*found, *expected} if found.get(name) != expected.get(name)
            )
            assert not wrong, wrong
            left = list((trial / ".public.staging" / "parcels").iterdir())
            assert not left, left
        except (AssertionError, OSError, ValueError) as problem:
            problems.append(f"{mode} at {at}: {problem!r}")
        shutil.rmtree(trial)
    print(json.dumps({**report, "problems": problems}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5])
