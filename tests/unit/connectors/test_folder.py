"""The drop directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from loopback import START, make_context

from connectors.context import FetchContext
from connectors.drop_files import is_temporary, natural_key
from connectors.fetching import fetch
from schemas.message import FetchError, IncompleteFetchError
from schemas.snapshot import Fetched
from schemas.source import Source


def run(
    context: FetchContext, completeness: dict[str, object] | None = None, **options: object
) -> Fetched:
    source = Source.model_validate(
        {
            "format": 1,
            "id": "s",
            "dataset": "land/d",
            "department": {"zh": "局", "en": "bureau"},
            "connector": {"type": "folder", "path": "inbox", **options},
            "layout": "l",
            "load": "full",
            "completeness": completeness or {},
        }
    )
    return fetch(source, context)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def names(fetched: Fetched) -> list[str]:
    return [snapshot.name for snapshot in fetched.snapshots]


def test_files_come_in_natural_order_with_exact_bytes(tmp_path: Path, inbox: Path) -> None:
    for month in (10, 2, 1):
        (inbox / f"{month}月.csv").write_bytes("名称\r\n".encode("gb18030") + bytes([month]))
    fetched = run(make_context(tmp_path))
    assert names(fetched) == ["1月.csv", "2月.csv", "10月.csv"]
    assert fetched.snapshots[0].path.read_bytes() == "名称\r\n".encode("gb18030") + b"\x01"
    assert fetched.snapshots[0].url == "file:inbox/1月.csv"
    assert fetched.new_content
    assert "3 files" in fetched.evidence.en


def test_the_second_run_stores_nothing_new(tmp_path: Path, inbox: Path) -> None:
    (inbox / "a.csv").write_text("a")
    first = run(make_context(tmp_path))
    second = run(make_context(tmp_path))
    assert (first.new_content, second.new_content) == (True, False)
    assert first.snapshots == second.snapshots


def test_glob_reaches_into_folders(tmp_path: Path, inbox: Path) -> None:
    (inbox / "2025").mkdir()
    (inbox / "2025" / "a.csv").write_text("a")
    (inbox / "b.csv").write_text("b")
    (inbox / "c.txt").write_text("c")
    assert names(run(make_context(tmp_path), glob="**/*.csv")) == ["a.csv", "b.csv"]
    with pytest.raises(FetchError, match="stay within"):
        run(make_context(tmp_path), glob="../*.csv")


def test_links_out_of_the_folder_are_refused(tmp_path: Path, inbox: Path) -> None:
    (tmp_path / "secret.csv").write_text("s")
    (inbox / "a.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(FetchError, match="link out of the folder"):
        run(make_context(tmp_path))
    (inbox / "a.csv").unlink()
    (inbox / "b.csv").write_text("b")
    (inbox / "a.csv").symlink_to(inbox / "b.csv")
    assert names(run(make_context(tmp_path))) == ["a.csv", "b.csv"]


def test_temporary_files_are_skipped_and_told(tmp_path: Path, inbox: Path) -> None:
    for name in ("~$a.xlsx", "a.csv.part", "b.tmp", "Thumbs.db", "a.csv"):
        (inbox / name).write_text("x")
    fetched = run(make_context(tmp_path))
    assert names(fetched) == ["a.csv"]
    assert all(name in fetched.evidence.zh for name in ("~$a.xlsx", "a.csv.part", "b.tmp"))


@pytest.mark.parametrize(("age", "is_ready"), [(59.0, False), (60.0, True)])
def test_young_files_wait(tmp_path: Path, inbox: Path, age: float, is_ready: bool) -> None:
    (inbox / "old.csv").write_text("o")
    (inbox / "young.csv").write_text("y")
    os.utime(inbox / "old.csv", (0, START.timestamp() - 600))
    os.utime(inbox / "young.csv", (0, START.timestamp() - age))
    fetched = run(make_context(tmp_path), stable_seconds=60.0)
    assert ("young.csv" in names(fetched)) is is_ready
    assert fetched.pending == (() if is_ready else ("young.csv",))


def test_only_young_files_is_nothing_yet(tmp_path: Path, inbox: Path) -> None:
    (inbox / "young.csv").write_text("y")
    os.utime(inbox / "young.csv", (0, START.timestamp()))
    fetched = run(make_context(tmp_path), stable_seconds=60.0)
    assert (fetched.snapshots, fetched.pending) == ((), ("young.csv",))
    assert "young.csv" in fetched.evidence.zh


def test_newest_only(tmp_path: Path, inbox: Path) -> None:
    for name, time in (("a.csv", 200), ("b.csv", 100), ("c.csv", 200)):
        (inbox / name).write_text(name)
        os.utime(inbox / name, (0, time))
    assert names(run(make_context(tmp_path), newest_only=True)) == ["c.csv"]


def test_nothing_there(tmp_path: Path, inbox: Path) -> None:
    with pytest.raises(FetchError, match="No file of the folder") as caught:
        run(make_context(tmp_path))
    assert not isinstance(caught.value, IncompleteFetchError)
    with pytest.raises(FetchError, match="no such folder"):
        run(make_context(tmp_path), path="elsewhere")


def test_an_empty_file_is_not_everything(tmp_path: Path, inbox: Path) -> None:
    (inbox / "a.csv").write_bytes(b"")
    with pytest.raises(IncompleteFetchError, match="empty"):
        run(make_context(tmp_path))


def test_the_declared_end_marker(tmp_path: Path, inbox: Path) -> None:
    context = make_context(tmp_path)
    marker = {"end_marker": {"text": "—— 完 ——"}}
    (inbox / "a.csv").write_bytes("1\r\n—— 完 ——\r\n".encode("gb18030"))
    assert "end marker" not in run(context).evidence.en
    assert len(run(context, marker).snapshots) == 1
    (inbox / "a.csv").write_bytes("1\r\n—— 完 —".encode("gb18030"))
    with pytest.raises(IncompleteFetchError, match="declared marker"):
        run(context, marker)


def test_a_file_growing_while_it_is_read_waits(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors.archive import ArchiveWriter

    (inbox / "a.csv").write_text("a")
    (inbox / "b.csv").write_text("b")
    copy = ArchiveWriter.copy_from

    def copy_and_grow(self: ArchiveWriter, path: Path) -> None:
        copy(self, path)
        if path.name == "a.csv":
            with path.open("a") as file:
                file.write("more")

    monkeypatch.setattr(ArchiveWriter, "copy_from", copy_and_grow)
    fetched = run(make_context(tmp_path))
    assert names(fetched) == ["b.csv"]
    assert fetched.pending == ("a.csv",)


def test_names() -> None:
    assert sorted(["第10批", "第2批", "a"], key=natural_key) == ["a", "第2批", "第10批"]
    assert sorted(["b/1", "a10/1", "a2/9"], key=natural_key) == ["a2/9", "a10/1", "b/1"]
    assert is_temporary("~$预算.xlsx")
    assert is_temporary("A.CSV.PART")
    assert not is_temporary("part.csv")
