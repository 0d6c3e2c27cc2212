"""The snapshot archive."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.archive import Archive, Origin, Stored
from schemas.message import FetchError

MONDAY = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)


def store(archive: Archive, data: bytes, url: str = "u", days: int = 0, **more: bool) -> Stored:
    with archive.writer() as writer:
        writer.write(data)
        origin = Origin(url, "一.csv", MONDAY + dt.timedelta(days=days), 200, {"ETag": '"1"'})
        return writer.commit(origin, **more)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_bytes_lie_under_their_digest_with_their_origin(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    stored = store(archive, b"abc")
    digest = hashlib.sha256(b"abc").hexdigest()
    assert stored.is_new
    assert stored.snapshot.sha256 == digest
    assert (tmp_path / digest[:2] / digest[2:]).read_bytes() == b"abc"
    again = Archive(tmp_path).get(digest)
    assert again == stored.snapshot
    assert (again.name, again.status, again.headers) == ("一.csv", 200, {"ETag": '"1"'})
    assert archive.verify() == ()


def test_known_content_stores_nothing_new(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = store(archive, b"abc")
    before = set(files(tmp_path))
    log = archive.path_of(first.snapshot.sha256).with_name(f"{first.snapshot.sha256[2:]}.jsonl")
    lines = log.read_bytes()
    second = store(archive, b"abc", days=3)
    assert not second.is_new
    assert second.snapshot == first.snapshot, "the time is that of the first fetch"
    assert set(files(tmp_path)) == before
    assert log.read_bytes() == lines


def test_history_tells_content_that_came_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for day, data in enumerate([b"A", b"B", b"B", b"A"]):
        store(archive, data, days=day)
    told = [(snapshot.fetched_at.day, snapshot.path.read_bytes()) for snapshot in archive.fetches()]
    assert told == [(9, b"A"), (10, b"B"), (12, b"A")]


def test_refused_bytes_are_kept_but_not_believed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    store(archive, b"good")
    store(archive, b"cut", days=1, is_current=False)
    answer = archive.last_answer("u")
    assert answer is not None
    assert answer.snapshot.path.read_bytes() == b"good"
    assert archive.has(hashlib.sha256(b"cut").hexdigest())


def test_whole_at_moves_with_every_whole_fetch(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    store(archive, b"A")
    store(archive, b"A", days=5)
    answer = archive.last_answer("u")
    assert answer is not None
    assert answer.whole_at == MONDAY + dt.timedelta(days=5)
    assert answer.snapshot.fetched_at == MONDAY


def test_flipped_byte_lost_file_and_lost_log_are_found(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    flipped, lost, unlogged, _ = (
        store(archive, data).snapshot for data in (b"1", b"2", b"3", b"4")
    )
    flipped.path.chmod(0o644)
    flipped.path.write_bytes(b"x")
    lost.path.unlink()
    unlogged.path.with_name(f"{unlogged.path.name}.jsonl").unlink()
    faults = archive.verify()
    assert {fault.sha256 for fault in faults} == {s.sha256 for s in (flipped, lost, unlogged)}
    assert len({fault.what.en for fault in faults}) == 3
    with pytest.raises(FetchError, match="holds no"):
        archive.get(lost.sha256)


def test_a_cut_file_heals_when_its_content_comes_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    snapshot = store(archive, b"abc").snapshot
    snapshot.path.chmod(0o644)
    snapshot.path.write_bytes(b"ab")
    assert archive.last_answer("u") is None, "a 304 must not lead to it"
    assert store(archive, b"abc").is_new
    assert archive.verify() == ()


def test_a_line_cut_by_a_crash_does_no_harm(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    snapshot = store(archive, b"abc").snapshot
    log = snapshot.path.with_name(f"{snapshot.path.name}.jsonl")
    log.write_bytes(log.read_bytes()[:-20])
    assert store(archive, b"abc").snapshot.sha256 == snapshot.sha256
    assert archive.get(snapshot.sha256).name == "一.csv"


def test_what_is_not_committed_leaves_nothing(tmp_path: Path) -> None:
    with Archive(tmp_path).writer() as writer:
        writer.write(b"half")
    assert files(tmp_path) == {}


def test_a_full_disk_is_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)
    good = store(archive, b"before")

    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("connectors.archive.os.fsync", no_space)
    with pytest.raises(FetchError, match="No space left"):
        store(archive, b"after")
    monkeypatch.undo()
    assert set(files(tmp_path)) >= {f"{good.snapshot.sha256[:2]}/{good.snapshot.sha256[2:]}"}
    assert not list((tmp_path / "incoming").iterdir())
    assert archive.verify() == ()


@settings(max_examples=25, deadline=None)
@given(contents=st.lists(st.binary(max_size=40), max_size=8))
def test_every_content_is_there_once(
    contents: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    stored = [store(archive, data, url=str(number)) for number, data in enumerate(contents)]
    assert [item.snapshot.path.read_bytes() for item in stored] == contents
    assert sum(item.is_new for item in stored) == len(set(contents))
    assert archive.verify() == ()
