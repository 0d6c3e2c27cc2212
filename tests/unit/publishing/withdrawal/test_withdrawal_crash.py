"""kill -9 and a full disk in the middle of a withdrawal: the next start finishes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from publishing_office import NOW, Office, parcel

from publishing import folder_exchange
from publishing.repair import repair
from schemas.message import Message
from schemas.row_identity import row_id
from warehouse.withdrawals import Withdrawal

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
SECRET = "机密地块张三丰"
MakeOffice = Callable[..., Office]


def make_versions(make_office: MakeOffice) -> Office:
    """Four versions; the secret row comes, changes and goes."""
    office = make_office(site={"formats": ["csv", "jsonl", "parquet"]})
    office.accept([parcel("A"), parcel(SECRET, "7.00")])
    office.release()
    office.accept([parcel("A"), parcel(SECRET, "8.00"), parcel("B")])
    office.release()
    office.accept([parcel("A"), parcel("B")])
    office.release()
    office.accept([parcel("A"), parcel("C")])
    office.release()
    return office


def begun(**what: object) -> Withdrawal:
    return Withdrawal("parcels", Message("撤销", "revoked"), NOW, **what)  # type: ignore[arg-type]


OF_ROW = begun(row_id=row_id("parcels", [SECRET]), keys=(SECRET,))


def rehearse(office: Office, work: Path, mode: str, step: int) -> dict[str, object]:
    office.release_site.warehouse.close()
    work.mkdir()
    path = os.pathsep.join([str(HERE), str(HERE.parent), str(ROOT)])
    finished = subprocess.run(
        [
            *(sys.executable, str(HERE / "withdrawal_rehearsal.py")),
            *(office.folder, work, mode, str(step), SECRET),
        ],
        env={**os.environ, "PYTHONPATH": path, "POLARS_MAX_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    report: dict[str, object] = json.loads(finished.stdout.splitlines()[-1])
    assert report["problems"] == []
    assert report["held_after"] == []
    assert int(str(report["steps"])) > 60
    return report


def test_killed_now_and_then(make_office: MakeOffice, tmp_path: Path) -> None:
    office = make_versions(make_office)
    office.release_site.warehouse.withdrawals.begin(OF_ROW)
    report = rehearse(office, tmp_path / "work", "kill", 61)
    assert report["disturbed"] == -(-int(str(report["steps"])) // 61)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", ["kill", "full"])
@pytest.mark.parametrize("what", [OF_ROW, begun(version=4)], ids=["row", "version"])
def test_disturbed_at_every_operation(
    make_office: MakeOffice, tmp_path: Path, mode: str, what: Withdrawal
) -> None:
    office = make_versions(make_office)
    if what.version is not None:
        office.release_site.warehouse.withdrawals.begin(OF_ROW)
        repair(office.release_site)
    office.release_site.warehouse.withdrawals.begin(what)
    rehearse(office, tmp_path / "work", mode, 1)


def test_where_folders_cannot_be_exchanged_in_one_step(
    make_office: MakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old folder is moved away for a moment; a kill in it leaves it where it is found."""
    office = make_versions(make_office)
    monkeypatch.setattr(folder_exchange, "_exchanged", lambda _one, _other: False)
    office.release_site.warehouse.withdrawals.begin(OF_ROW)
    moved: list[Path] = []
    rename = Path.rename

    def killed_after_the_first(self: Path, target: Path) -> Path:
        if moved:
            raise KeyboardInterrupt
        if Path(target).name.startswith(folder_exchange.DISPLACED):
            moved.append(self)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed_after_the_first)
        with pytest.raises(KeyboardInterrupt):
            repair(office.release_site)
    assert moved
    assert not moved[0].exists()
    repair(office.release_site)
    assert office.reader.versions() == [1, 2, 3, 4]
    for version in (1, 2):
        assert SECRET not in office.reader.scan(version).collect()["number"].to_list()
