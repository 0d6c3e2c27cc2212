"""The portal as a copy of files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from publishing_office import NOW, Office, make_dataset, open_site, parcel

from publishing.portal.export import Exported, ExportOptions, export_site
from publishing.portal.export.links import local_links
from publishing.portal.portal import Portal
from publishing.portal.published import Published
from publishing.repair import repair
from schemas.message import GongkaiError, Message, WrongUseError
from schemas.row_identity import row_id
from warehouse.withdrawals import Withdrawal

SECRET = "7654321.25"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """One site with two datasets."""
    folder = tmp_path / "site"
    folder.mkdir()
    site = open_site(folder, formats=("csv", "csv.gz", "parquet"))
    made = [
        Office(folder, make_dataset(id=name), site, runs=number * 100)
        for number, name in enumerate(("parcels", "wells"))
    ]
    for office in made:
        office.accept([parcel("1", SECRET), parcel("2"), parcel("3")])
        office.release()
    yield made[0], made[1]
    site.warehouse.close()


def _export(
    office: Office, folder: Path, rows: int = 2, on_step: Callable[[], None] = lambda: None
) -> Exported:
    site = office.release_site
    portal = Portal(Published(site.site, site.public), reports=site.warehouse.reports)
    return export_site(portal, folder, ExportOptions(rows), lambda *_step: on_step())


def _files(folder: Path) -> dict[str, Path]:
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path for name, path in found.items() if "/latest/" not in name}


def _hour() -> int:
    return dt.datetime.now(dt.UTC).hour


def test_the_copy_has_all_files_and_every_link_leads_to_one(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    office = offices[0]
    done = _export(office, tmp_path / "copy")
    current = tmp_path / "copy" / "current"
    assert done.folder == current
    public = office.release_site.public
    for path in (public / "datasets").rglob("*"):
        if path.is_file():
            copied = current / path.relative_to(public)
            assert copied.read_bytes() == path.read_bytes(), path
    for name in ("catalog.json", "catalog.ttl", "feed.xml"):
        assert (current / name).read_bytes() == (public / name).read_bytes()
        assert not (current / name).is_symlink()
    latest = current / "datasets/parcels/latest"
    assert (latest.is_symlink(), latest.readlink()) == (True, Path("1"))
    files = _files(current)
    assert done.files == len(files)
    pages = [name for name in files if name.endswith("index.html")]
    assert done.pages == done.pages_made == len(pages)
    for name in ("index.html", "en/index.html", "datasets/parcels/index.html", "404.html"):
        assert "<html" in files[name].read_text("utf-8")
    broken = set()
    for name in pages:
        page = "/" + name.removesuffix("index.html")
        for link in local_links(page, files[name].read_bytes()):
            target = current / link.removeprefix("/")
            if not (target / "index.html" if link.endswith("/") else target).is_file():
                broken.add(link)
        assert b"<form" not in files[name].read_bytes(), name  # nobody would take what it sends
    assert broken == set(done.links_left_out)
    assert not any(link.startswith(("/assets", "/themes")) for link in broken)
    assert [link for link in broken if "/rows/" not in link and "/api/" not in link] == []


def test_only_what_changed_is_made_again(offices: tuple[Office, Office], tmp_path: Path) -> None:
    office, other = offices
    began = _hour()
    first = _export(office, tmp_path / "copy")
    before = {name: path.stat().st_ino for name, path in _files(first.folder).items()}
    again = _export(office, tmp_path / "copy")
    assert again.pages == first.pages
    if _hour() == began:  # pages tell ages, by the hour
        assert again.pages_made == 0
    other.accept([parcel("1"), parcel("4")])
    other.release()
    after = _export(office, tmp_path / "copy")
    assert after.pages_made > 0
    now = {name: path.stat().st_ino for name, path in _files(after.folder).items()}
    assert (after.folder / "datasets/wells/latest").readlink() == Path("2")
    assert "datasets/wells/delta/1..2.jsonl" in now
    rows = [name for name in now if "/parcels/rows/" in name]
    kept = ["datasets/parcels/1/parcels.csv", "datasets/parcels/1/parcels.parquet", *rows]
    assert [name for name in kept if now[name] != before[name]] == []
    changed = ["datasets/index.html", "datasets/wells/index.html", "catalog.json"]
    assert [name for name in changed if now[name] == before[name]] == []
    states = [path.name for path in (tmp_path / "copy").iterdir() if path.is_dir()]
    assert sorted(states) == sorted({"current", after.folder.readlink().name})


def test_a_release_during_the_export_is_exported_whole(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    office, _other = offices
    steps = 0

    def release_once() -> None:
        nonlocal steps
        steps += 1
        if steps == 8:
            office.accept([parcel("9", "5.00")])
            office.release()

    done = _export(office, tmp_path / "copy", on_step=release_once)
    assert steps > 8
    pointer = json.loads((done.folder / "datasets/parcels/versions.json").read_text("utf-8"))
    assert pointer["current"] == 2
    assert (done.folder / "datasets/parcels/2/parcels.csv").is_file()
    assert (done.folder / "datasets/parcels/2/index.html").is_file()
    public = office.release_site.public
    assert (done.folder / "catalog.json").read_bytes() == (public / "catalog.json").read_bytes()


def test_what_was_withdrawn_leaves_the_copy(offices: tuple[Office, Office], tmp_path: Path) -> None:
    office, other = offices
    _export(other, tmp_path / "copy")
    assert _holding(tmp_path / "copy", SECRET)
    for one in offices:
        withdrawal = Withdrawal(
            dataset=one.dataset.id,
            reason=Message("已撤销", "revoked"),
            requested_at=NOW,
            row_id=row_id(one.dataset.id, ["1"]),
            keys=("1",),
        )
        one.release_site.warehouse.withdrawals.begin(withdrawal)
    repair(office.release_site)
    _export(office, tmp_path / "copy")
    assert _holding(tmp_path / "copy", SECRET) == []


def _holding(folder: Path, text: str) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if text.encode() in path.read_bytes()]


def test_a_failure_leaves_the_earlier_copy(offices: tuple[Office, Office], tmp_path: Path) -> None:
    office, _other = offices
    first = _export(office, tmp_path / "copy")
    state = first.folder.readlink()
    office.accept([parcel("9", "5.00")])
    office.release()
    (office.version_folder(2) / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(GongkaiError):
        _export(office, tmp_path / "copy")
    assert first.folder.readlink() == state
    assert (first.folder / "datasets/parcels/1/parcels.csv").is_file()
    assert {path.name for path in (tmp_path / "copy").iterdir()} >= {"current", state.name}


def test_a_file_that_is_not_what_its_manifest_says_is_not_exported(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    file = offices[0].version_folder(1) / "parcels.csv"
    file.unlink()
    file.write_text("other\n", encoding="utf-8")
    with pytest.raises(GongkaiError, match=r"manifest\.json"):
        _export(offices[0], tmp_path / "copy")
    assert not (tmp_path / "copy" / "current").exists()


def test_a_folder_with_other_things_is_refused(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WrongUseError, match=r"letter\.txt"):
        _export(offices[0], tmp_path / "home")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["letter.txt"]
