"""Full, read-only and forgetful discs; too few files; a database that is locked or damaged."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from county_site import DATASET, SITE, Commands, County, parcels

GROWN = ("--accept", "REL-02", "--accept", "REL-04", "--accept", "REL-03")


def told(ended: object) -> str:
    """Everything a command said."""
    return str(getattr(ended, "out", "")) + str(getattr(ended, "err", ""))


def test_no_space_at_any_write(released: County, tmp_path: Path) -> None:
    """From the n-th write on nothing can be written; a sentence, the old version, then the new."""
    released.write("inbox/bureau.csv", parcels(1, 41))
    undisturbed = released.copy(tmp_path / "undisturbed")
    arguments = ("run", "--site", undisturbed.folder)
    steps = released.commands.steps(undisturbed.folder, *arguments, mode="full")
    for at in range(1, steps, max(1, steps // 4)):
        trial = released.copy(tmp_path / f"trial{at}")
        ended = trial.run(at=at, mode="full", folder=str(trial.folder))
        assert trial.seen() in (released.seen(), undisturbed.seen())
        if trial.seen() == released.seen():
            assert ended.code == 1, ended
            assert "空间" in told(ended), ended
        assert trial.run().code == 0
        assert trial.seen() == undisturbed.seen()


def test_files_may_not_grow(released: County) -> None:
    released.write("inbox/bureau.csv", parcels(1, 3000))
    before = released.seen()
    ended = released.run(*GROWN, limits={"RLIMIT_FSIZE": 60_000})
    assert ended.code == 1, ended
    assert "空间" in told(ended)
    assert released.seen() == before
    assert released.run(*GROWN).only["state"] == "released"
    assert released.seen()[0] == [1, 2]


@pytest.fixture
def small_disc(tmp_path: Path) -> Iterator[Path]:
    """A disc of two megabytes; only root can make one."""
    folder = tmp_path / "disc"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disc can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_small_disc_fills_up(small_disc: Path, commands: Commands) -> None:
    county = County(small_disc, commands)
    county.write("gongkai.yml", SITE)
    county.source()
    county.write("inbox/bureau.csv", parcels(1, 10))
    assert county.run().code == 0
    before = county.seen()
    filler = small_disc / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(small_disc).free - 40_000))
    county.write("inbox/bureau.csv", parcels(1, 60))
    ended = county.run(*GROWN)
    assert ended.code == 1, ended
    assert "空间" in told(ended) or "disk" in told(ended), ended
    assert county.seen() == before
    filler.unlink()
    ended = county.run(*GROWN)
    assert ended.only["state"] == "released", ended
    assert county.seen()[0] == [1, 2]


@pytest.mark.parametrize("forbidden", ["archive", "public", "."])
def test_folders_that_may_not_be_written(released: County, forbidden: str) -> None:
    before = released.seen()
    released.write("inbox/bureau.csv", parcels(1, 41))
    folder = released.folder / forbidden
    closed = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in closed:
        path.chmod(0o555)
    ended = released.run(powerless=True)
    for path in closed:
        path.chmod(0o755)
    assert ended.code == 1, ended
    assert "权限" in told(ended), ended
    assert released.seen() == before
    assert released.run(powerless=True).only["state"] == "released"


def test_few_files_are_enough_and_too_few_are_told(released: County) -> None:
    released.write("inbox/bureau.csv", parcels(1, 41))
    ended = released.run(limits={"RLIMIT_NOFILE": 12})
    assert ended.code == 1
    assert "程序内部错误" not in told(ended), ended
    assert "打开的文件太多" in told(ended) or "控制数据库" in told(ended), ended
    assert released.seen()[0] == [1]
    assert released.run(limits={"RLIMIT_NOFILE": 64}).only["state"] == "released"


@contextlib.contextmanager
def locked(database: Path) -> Iterator[sqlite3.Connection]:
    """Another process's writer, as the database sees it."""
    holder = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield holder
    finally:
        holder.close()


def test_a_database_locked_for_a_while_is_waited_for(released: County) -> None:
    released.write("inbox/bureau.csv", parcels(1, 41))
    with locked(released.folder / "gongkai.db") as holder:
        running = released.start()
        threading.Timer(2.0, holder.rollback).start()
        time.sleep(2.5)
        assert released.commands.join(running).only["state"] == "released"


def test_a_database_locked_for_long_is_told(released: County) -> None:
    released.write("gongkai.yml", SITE + "database: sqlite:///gongkai.db?timeout=0.3\n")
    released.write("inbox/bureau.csv", parcels(1, 41))
    with locked(released.folder / "gongkai.db"):
        ended = released.run()
    assert ended.code == 1
    assert "占用" in told(ended)
    assert released.seen()[0] == [1]
    assert released.run().only["state"] == "released"


def test_a_database_locked_in_the_middle_leaves_no_half_state(
    released: County, tmp_path: Path
) -> None:
    released.write("gongkai.yml", SITE + "database: sqlite:///gongkai.db?timeout=0.2\n")
    released.write("inbox/bureau.csv", parcels(1, 41))
    arguments = ("run", "--site", released.folder)
    undisturbed = released.copy(tmp_path / "undisturbed")
    steps = released.commands.steps(undisturbed.folder, *arguments[:2], undisturbed.folder)
    for share in (0.5,):
        trial = released.copy(tmp_path / f"trial{share}")
        started = trial.start(at=int(steps * share), mode="stop", folder=str(trial.folder))
        _wait_until_stopped(started[0])
        with locked(trial.folder / "gongkai.db"):
            os.kill(started[0], 18)
            ended = trial.commands.join(started)
        assert ended.code == 1, ended
        assert "占用" in told(ended), ended
        assert trial.run().code == 0
        assert trial.seen() == undisturbed.seen()
        assert None not in [state for _, state, _ in trial.states()]


def _wait_until_stopped(pid: int) -> None:
    for _ in range(600):
        if Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2].startswith("T"):
            return
        time.sleep(0.05)
    raise AssertionError("it did not stop")


@pytest.mark.parametrize("where", ["head", "middle"])
def test_a_damaged_database_is_not_written(released: County, where: str) -> None:
    database = released.folder / "gongkai.db"
    content = bytearray(database.read_bytes())
    if where == "head":
        content[:64] = bytes(64)
    else:
        for page in range(1, len(content) // 4096):
            content[page * 4096 : page * 4096 + 8] = b"\xff" * 8
    database.write_bytes(content)
    released.write("inbox/bureau.csv", parcels(1, 41))
    ended = released.run()
    assert ended.code == 1
    assert "备份" in told(ended)
    assert "控制数据库" in told(ended)
    assert database.read_bytes() == content
    assert released.seen()[0] == [1]


def test_accepted_rows_that_are_damaged_or_gone(released: County) -> None:
    (accepted,) = (released.folder / "archive/batches").glob("*/*.parquet")
    sound = accepted.read_bytes()
    released.write("inbox/bureau.csv", parcels(1, 41))
    accepted.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    ended = released.run()
    assert (ended.code, ended.only["state"]) == (1, "failed")
    assert "上次采用的数据已损坏" in ended.only["message"]
    accepted.unlink()
    ended = released.run()
    assert (ended.code, ended.only["state"]) == (1, "failed")
    assert "不见了" in ended.only["message"]
    assert "备份" in ended.only["message"]
    assert released.seen()[0] == [1]
    accepted.write_bytes(sound)
    assert released.run().only["state"] == "released"


def test_a_snapshot_that_lost_a_bit_is_not_released(released: County) -> None:
    (archived,) = [
        path
        for path in (released.folder / "archive").glob("[0-9a-f][0-9a-f]/*")
        if path.suffix != ".jsonl"
    ]
    sound = archived.read_bytes()
    archived.chmod(0o644)
    archived.write_bytes(sound.replace(b",301,", b",391,", 1).replace(b",301.0,", b",391.0,", 1))
    for command in ("run --force", "replay"):
        words = command.split()
        ended = released.run(*words[1:], command=words[0])
        assert (ended.code, ended.only["state"]) == (1, "failed"), ended
        assert "原始快照" in ended.only["message"]
        assert "损坏" in ended.only["message"]
    assert released.seen()[0] == [1]
    archived.unlink()
    ended = released.run(command="replay")
    assert (ended.code, ended.only["state"]) == (1, "failed")
    assert released.run("--force").only["state"] == "no_change"  # fetched again, the same rows
    assert archived.read_bytes() == sound


def test_a_public_folder_that_was_deleted_is_made_again(released: County) -> None:
    released.write("inbox/bureau.csv", parcels(1, 41))
    released.run()
    _, content = released.seen()
    shutil.rmtree(released.folder / "public")
    ended = released.run()
    assert (ended.code, ended.only["state"], ended.only["version"]) == (0, "released", 3)
    assert released.seen() == ([3], content)  # the numbers 1 and 2 are not given again


def test_a_version_folder_that_was_deleted_is_no_longer_named(released: County) -> None:
    released.write("inbox/bureau.csv", parcels(1, 41))
    released.run()
    _, content = released.seen()
    folder = released.folder / "public/datasets" / DATASET
    kept = released.folder.parent / "backup"
    shutil.move(folder / "2", kept)
    ended = released.run()
    assert (ended.only["state"], ended.only["version"]) == ("released", 3)
    assert released.seen() == ([1, 3], content)
    shutil.move(kept, folder / "2")
    assert released.run().only["state"] == "no_change"
    assert released.seen() == ([1, 2, 3], content)


SLOW_TOO = [pytest.param(one, marks=pytest.mark.slow) for one in ("empty", "other")]


@pytest.mark.parametrize("damage", ["gone", "cut", *SLOW_TOO])
def test_a_pointer_that_is_gone_or_cut_is_written_anew(released: County, damage: str) -> None:
    released.write("inbox/bureau.csv", parcels(1, 41))
    released.run()
    pointer = released.folder / "public/datasets" / DATASET / "versions.json"
    sound = pointer.read_bytes()
    if damage == "gone":
        pointer.unlink()
    else:
        pointer.write_bytes({"cut": sound[:99], "empty": b"", "other": b"[]"}[damage])
    assert released.status()[0]["version"] == 2
    assert pointer.read_bytes() == sound
    assert released.run().only["state"] == "no_change"


def test_a_damaged_release_stops_its_own_dataset_only(released: County) -> None:
    released.source("second", released.second_dataset())
    released.write("inbox/second.csv", parcels(1, 30))
    (released.folder / "public/datasets" / DATASET / "1" / "manifest.json").chmod(0o644)
    (released.folder / "public/datasets" / DATASET / "1" / "manifest.json").write_text("{")
    released.write("inbox/bureau.csv", parcels(1, 41))
    ended = released.run()
    assert ended.code == 1
    states = {one["source"]: (one["state"], one["message"]) for one in ended.outcomes}
    assert states["second"][0] == "released"
    assert states["bureau"][0] == "failed"
    assert "备份" in states["bureau"][1]


def test_what_a_killed_run_put_aside_is_cleared(released: County) -> None:
    """Spilled rows, objects of batches that were never accepted, objects no version has."""
    release = released.folder / ".public.objects/sha256/ab/ab01"
    batch = released.folder / "archive/batches/ab/ab01.parquet"
    fresh = released.folder / "archive/batches/ab/ab02.parquet"
    spool = released.folder / f"archive/spool/{DATASET}/gongkai-x/1.arrow"
    before = released.seen()
    released.write("inbox/bureau.csv", parcels(1, 41))
    ended = released.run(at=40, mode="kill", folder=str(released.folder))
    assert ended.code != 0
    for path in (release, batch, fresh, spool):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")
    os.utime(batch, (0, 0))
    kept = set((released.folder / "archive/batches").rglob("*.parquet")) - {batch}
    assert released.seen() == before
    released.status()
    assert not any(path.exists() for path in (release, batch, spool))
    assert set((released.folder / "archive/batches").rglob("*.parquet")) >= kept  # may be at work
    assert released.run().only["state"] == "released"
    assert released.seen()[0] == [1, 2]


def test_leftovers_of_dead_processes_are_cleared(released: County) -> None:
    staging = released.folder / ".public.staging" / DATASET
    (staging / "2-1-x").mkdir()
    (staging / "2-1-x" / "half.csv").write_text("half")
    (staging / ".versions.json.1.x.tmp").write_text("{")
    before = released.seen()
    assert released.run().only["state"] == "no_change"
    assert list(staging.iterdir()) == []
    assert released.seen() == before
