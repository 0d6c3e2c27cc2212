"""Object storage holds what is public: checked, in an order no reader notices, and nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from delivery_office import Desk, desk
from publishing_office import parcel

from flows.delivering import DeliveryOutcome
from flows.withdrawal.carrying_out import withdraw
from publishing.targets.object_store import ObjectStore
from publishing.version_index import POINTER
from schemas.message import DefinitionError, Message

TARGET = {"kind": "object_storage", "name": "mirror"}


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


@pytest.fixture
def site(tmp_path: Path, mirror: Path) -> Iterator[Desk]:
    folder = tmp_path / "site"
    folder.mkdir()
    with desk(folder, {**TARGET, "url": f"file://{mirror}"}) as opened:
        yield opened


def public_files(folder: Path) -> dict[str, bytes]:
    """What a reader can see: without our own notes and without the states of the catalogue."""
    return {
        name: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not (name := path.relative_to(folder).as_posix()).startswith((".", "catalogue/"))
    }


def done(outcomes: list[DeliveryOutcome]) -> dict[str, dict[str, Any]]:
    assert [str(one.error) for one in outcomes if not one.succeeded] == []
    return {one.dataset: dict(one.done) for one in outcomes}


def test_what_is_not_meant_for_a_target_is_not_told_to_it_when_it_is_withdrawn(
    site: Desk, mirror: Path
) -> None:
    site.set_targets({**TARGET, "url": f"file://{mirror}", "themes": ["environment"]})
    site.publish([parcel("a")])
    assert site.deliver() == []
    withdraw(site.opened, "parcels", ["1"], [], reason=Message("误发", "by mistake"))
    assert site.deliver() == []
    assert not (mirror / "datasets").exists()


def test_a_mirror_has_the_bytes_of_the_public_folder(site: Desk, mirror: Path) -> None:
    for price in ("1.00", "2.00"):
        site.publish([parcel("a", price), parcel("b")])
    assert list(done(site.deliver())) == ["parcels", ""]  # the catalogue comes last
    assert public_files(mirror) == public_files(site.folder / "public")
    assert site.deliver() == []


def test_only_what_is_new_is_sent(site: Desk) -> None:
    site.publish([parcel("a"), parcel("b")])
    first = done(site.deliver())["parcels"]
    site.roll_back(1)
    second = done(site.deliver())["parcels"]
    assert first["sent"] > 8
    assert second["unchanged"] == first["sent"] + first["copied"] - 1  # all but versions.json
    assert second["copied"] >= 6  # the tables are those of version 1
    assert second["bytes"] < first["bytes"]
    assert second["deleted"] == 0


def test_a_dataset_that_is_not_meant_for_it_leaves_it(site: Desk, mirror: Path) -> None:
    site.publish([parcel("a")])
    site.deliver()
    foreign = mirror / "datasets/other/mine.txt"
    foreign.parent.mkdir()
    foreign.write_text("not ours", "utf-8")
    site.set_targets({**TARGET, "url": f"file://{mirror}", "themes": ["budget"]})
    counts = done(site.deliver())["parcels"]
    assert counts["deleted"] > 8
    assert not (mirror / "datasets/parcels").exists()
    assert foreign.read_text("utf-8") == "not ours"


def test_what_was_redacted_is_replaced_and_what_was_withdrawn_goes(
    site: Desk, mirror: Path
) -> None:
    site.publish([parcel("geheim-4711"), parcel("b")])
    site.publish([parcel("geheim-4711", "5.00"), parcel("b")])
    site.deliver()
    assert any(b"geheim-4711" in content for content in public_files(mirror).values())
    redact(site.folder / "public/datasets/parcels", b"geheim-4711", b"XXXXXXXXXXX", gone=1)
    assert site.withdrawal([1, 2]) == ["mirror"]
    counts = done(site.deliver())["parcels"]
    assert counts["deleted"] > 8
    everything = {path: path.read_bytes() for path in mirror.rglob("*") if path.is_file()}
    assert [path for path, content in everything.items() if b"geheim-4711" in content] == []
    assert not (mirror / "datasets/parcels/1").exists()
    datasets = {k: v for k, v in public_files(mirror).items() if k.startswith("datasets/")}
    ours = public_files(site.folder / "public")
    assert datasets == {k: v for k, v in ours.items() if k.startswith("datasets/")}


def redact(folder: Path, value: bytes, by: bytes, gone: int) -> None:
    """As a withdrawal does, roughly: plain files keep their size, packed ones are left out."""
    import hashlib
    import shutil

    pointer = json.loads((folder / POINTER).read_bytes())
    shutil.rmtree(folder / str(gone))
    shutil.rmtree(folder / "delta", ignore_errors=True)
    for entry in pointer["versions"]:
        if entry["version"] == gone:
            entry["withdrawn"] = {"reason": "撤销"}
            continue
        version = folder / str(entry["version"])
        manifest = json.loads((version / "manifest.json").read_bytes())
        for name in list(manifest["files"]):
            path = version / name
            if name.endswith((".gz", ".parquet", ".xlsx")):
                path.unlink()
                del manifest["files"][name]
                continue
            content = path.read_bytes().replace(value, by)
            path.unlink()
            path.write_bytes(content)
            manifest["files"][name] = {
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            }
        written = json.dumps(manifest).encode().replace(value, by)
        (version / "manifest.json").unlink()
        (version / "manifest.json").write_bytes(written)
        entry["manifest_sha256"] = hashlib.sha256(written).hexdigest()
    (folder / POINTER).write_text(json.dumps(pointer), "utf-8")


def test_a_missing_public_folder_empties_no_target(site: Desk, mirror: Path) -> None:
    site.publish([parcel("a")])
    site.deliver()
    before = public_files(mirror)
    (site.folder / "public").rename(site.folder / "elsewhere")
    (outcome,) = site.deliver()
    assert not outcome.succeeded
    assert "不见了" in outcome.error.zh
    assert public_files(mirror) == before
    (site.folder / "elsewhere").rename(site.folder / "public")
    site.wait(hours=1)
    assert done(site.deliver())["parcels"]["sent"] == 0


def test_a_dataset_that_was_given_up_leaves_the_mirror(site: Desk, mirror: Path) -> None:
    import shutil

    site.publish([parcel("a")])
    site.deliver()
    shutil.rmtree(site.folder / "public/datasets/parcels")
    (site.folder / "datasets/land/parcels.yml").unlink()
    site.set_targets({**TARGET, "url": f"file://{mirror}"})
    done(site.deliver())
    assert not (mirror / "datasets/parcels").exists()


def test_what_is_written_wrong_takes_nothing_away(site: Desk, mirror: Path) -> None:
    """A dataset misspelt in the filter; then a dataset file that cannot be read."""
    site.publish([parcel("a")])
    site.deliver()
    before = public_files(mirror)
    site.set_targets({**TARGET, "url": f"file://{mirror}", "datasets": ["parcel"]})
    with pytest.raises(DefinitionError, match="parcel"):
        site.deliver()
    (site.folder / "datasets/land/parcels.yml").write_text("format: [", "utf-8")
    site.set_targets({**TARGET, "url": f"file://{mirror}"})
    (site.folder / "public").rename(site.folder / "elsewhere")
    (outcome,) = site.deliver()
    assert "不见了" in outcome.error.zh
    assert public_files(mirror) == before


def test_a_damaged_file_is_not_sent(site: Desk, mirror: Path) -> None:
    site.publish([parcel("a")])
    table = site.folder / "public/datasets/parcels/1/parcels.csv"
    table.chmod(0o644)
    table.write_bytes(table.read_bytes().replace(b"100.00", b"900.00"))
    (outcome,) = site.deliver()
    assert not outcome.succeeded
    assert "与清单不符" in outcome.error.zh
    assert not (mirror / "datasets/parcels/versions.json").exists()
    assert not (mirror / "datasets/parcels/1/parcels.csv").exists()


def test_what_arrives_cut_is_not_pointed_at(
    site: Desk, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ObjectStore._send_and_rename

    def cut(self: ObjectStore, file: Path, key: str) -> None:
        whole(self, file, key)
        if key.endswith("parcels.parquet"):
            path = mirror / key
            path.write_bytes(path.read_bytes()[:-1])

    site.publish([parcel("a")])
    with monkeypatch.context() as patched:
        patched.setattr(ObjectStore, "_send_and_rename", cut)
        (outcome,) = site.deliver()
    assert "不符" in outcome.error.zh
    assert not (mirror / "datasets/parcels/versions.json").exists()
    site.wait(minutes=1)
    done(site.deliver())
    assert public_files(mirror) == public_files(site.folder / "public")


def test_everything_is_checked_anew_where_that_is_asked_for(site: Desk, mirror: Path) -> None:
    site.publish([parcel("a")])
    site.deliver()
    table = mirror / "datasets/parcels/1/parcels.csv"
    table.write_bytes(table.read_bytes().replace(b"100.00", b"900.00"))
    (mirror / "datasets/parcels/1/left.csv").write_text("x", "utf-8")
    assert site.deliver() == []
    counts = done(site.deliver(recheck=True))["parcels"]
    assert (counts["sent"] + counts["copied"], counts["deleted"]) == (1, 1)
    assert public_files(mirror) == public_files(site.folder / "public")


def test_what_was_taken_away_by_hand_comes_back(site: Desk, mirror: Path) -> None:
    site.publish([parcel("a")])
    site.deliver()
    assert site.deliver(look=True) == []
    (mirror / "datasets/parcels/1/parcels.csv").unlink()
    (mirror / "datasets/parcels/versions.json").write_text("{}", "utf-8")
    assert site.deliver() == []
    counts = done(site.deliver(look=True))["parcels"]
    assert counts["sent"] + counts["copied"] == 2
    assert public_files(mirror) == public_files(site.folder / "public")
    (mirror / "catalog.ttl").unlink()
    (mirror / "data.json").write_text("{}", "utf-8")
    done(site.deliver(recheck=True))
    assert public_files(mirror) == public_files(site.folder / "public")


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
from flows.delivering import deliver
from flows.opened_site import open_site
from publishing.targets import object_store
import os, signal

left = [{after}]
whole = object_store.ObjectStore._send_and_rename

def send(self, file, key):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    whole(self, file, key)

object_store.ObjectStore._send_and_rename = send
with open_site(Path({site!r})) as opened:
    deliver(opened)
"""


@pytest.mark.parametrize("after", [0, 7])
def test_killed_it_goes_on_where_it_stopped(site: Desk, mirror: Path, after: int) -> None:
    site.publish([parcel("a")])
    code = KILLED.format(path=sys.path, after=after, site=str(site.folder))
    killed = subprocess.run([sys.executable, "-c", code], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (mirror / "datasets/parcels/versions.json").exists()
    done(site.deliver())
    assert public_files(mirror) == public_files(site.folder / "public")
    assert list(mirror.rglob(".gongkai/*/incoming/*")) == []


def test_what_a_killed_attempt_sent_is_not_forgotten(site: Desk, mirror: Path) -> None:
    """It was sent, the attempt was killed, and then it was withdrawn: it must go all the same."""
    site.publish([parcel("geheim-4711")])
    code = KILLED.format(path=sys.path, after=14, site=str(site.folder))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode < 0
    assert any(b"geheim-4711" in content for content in public_files(mirror).values())
    redact(site.folder / "public/datasets/parcels", b"x", b"x", gone=1)
    site.withdrawal([1])
    done(site.deliver())
    kept = public_files(mirror)
    assert "datasets/parcels/versions.json" in kept
    assert not any(key.startswith("datasets/parcels/1/") for key in kept)


def test_readers_never_see_a_half(site: Desk, mirror: Path) -> None:
    """Read the pointer once, then every file it leads to, while versions keep coming."""
    site.publish([parcel("a", "1.00")])
    site.deliver()
    wrong: list[str] = []
    reads = [0]
    stop = threading.Event()

    def read() -> None:
        import hashlib

        folder = mirror / "datasets/parcels"
        while not stop.is_set():
            entry = json.loads((folder / POINTER).read_bytes())["versions"][-1]
            version = folder / str(entry["version"])
            content = (version / "manifest.json").read_bytes()
            if hashlib.sha256(content).hexdigest() != entry["manifest_sha256"]:
                wrong.append("manifest")
            for name, facts in json.loads(content)["files"].items():
                if hashlib.sha256((version / name).read_bytes()).hexdigest() != facts["sha256"]:
                    wrong.append(name)
            reads[0] += 1

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for price in range(2, 6):
            site.publish([parcel("a", f"{price}.00")])
            done(site.deliver())
    finally:
        stop.set()
        reader.join()
    assert wrong == []
    assert reads[0] > 4


def test_any_driver_of_fsspec(site: Desk) -> None:
    site.set_targets({**TARGET, "url": "memory://bucket/county", "verify": "content"})
    site.publish([parcel("a")])
    done(site.deliver())
    system = fsspec.filesystem("memory")
    kept = {
        path.removeprefix("/bucket/county/"): system.cat_file(path)
        for path in system.find("/bucket/county")
    }
    ours = public_files(site.folder / "public")
    assert {name: kept[name] for name in ours} == ours
    assert system.exists("/bucket/county/.gongkai/county/datasets/parcels.json")
    site.set_targets({**TARGET, "url": "memory://bucket/county", "themes": ["budget"]})
    done(site.deliver())
    assert system.find("/bucket/county/datasets/parcels") == []
    system.rm("/bucket", recursive=True)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("s3://bucket/x", "s3fs"),
        ("nosuch://bucket/x", "nosuch"),
        ("file:///proc/none/x", "对象存储出错"),
    ],
)
def test_what_cannot_be_is_told(site: Desk, url: str, says: str) -> None:
    site.set_targets({**TARGET, "url": url})
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert not outcome.succeeded
    assert says in str(outcome.error)
    assert "内部错误" not in outcome.error.zh


def test_a_folder_of_our_own_is_no_target(site: Desk) -> None:
    site.set_targets({**TARGET, "url": f"file://{site.folder}/public"})
    site.publish([parcel("a")])
    (outcome,) = site.deliver()
    assert "重叠" in outcome.error.zh
