"""kill -9 and a full disk at every file operation: readers see old or new, and the next run
converges."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from publishing_office import Office, parcel

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MakeOffice = Callable[..., Office]


def in_month(number: str, month: int, price: str = "1.00") -> dict[str, object]:
    return parcel(number, price, signed_on=dt.date(2026, month, 3))


@pytest.fixture
def prepared(make_office: MakeOffice) -> Path:
    """Version 1 is out; a batch that changes, adds and removes is accepted."""
    office = make_office(partition={"field": "signed_on", "by": "month"})
    office.accept([in_month("A", 1), in_month("B", 2), in_month("C", 2)])
    office.release()
    office.accept([in_month("A", 1), in_month("B", 2, "2.00"), in_month("D", 3)])
    office.release_site.warehouse.close()
    return office.folder


def rehearse(prepared: Path, work: Path, mode: str, step: int) -> dict[str, object]:
    work.mkdir()
    path = os.pathsep.join([str(HERE), str(ROOT)])
    finished = subprocess.run(
        [sys.executable, str(HERE / "crash_rehearsal.py"), prepared, work, mode, str(step)],
        env={**os.environ, "PYTHONPATH": path, "POLARS_MAX_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    report: dict[str, object] = json.loads(finished.stdout.splitlines()[-1])
    return report


def _judge(report: dict[str, object], trials: int) -> None:
    assert report["problems"] == []
    assert int(str(report["steps"])) > 60
    assert report["disturbed"] == trials
    assert int(str(report["old"])) > 0


def test_killed_now_and_then(prepared: Path, tmp_path: Path) -> None:
    report = rehearse(prepared, tmp_path / "work", "kill", 16)
    _judge(report, -(-int(str(report["steps"])) // 16))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mode", ["kill", "full"])
def test_disturbed_at_every_operation(prepared: Path, tmp_path: Path, mode: str) -> None:
    report = rehearse(prepared, tmp_path / "work", mode, 1)
    assert report["problems"] == []
    assert int(str(report["old"])) > int(str(report["new"])) > 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("call", "stride"), [("rename", 1), ("link,linkat", 3), ("fsync", 3), ("mkdir", 1)]
)
def test_killed_by_strace_at_system_calls(
    prepared: Path, tmp_path: Path, call: str, stride: int
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("no strace")
    sys.path.insert(0, str(HERE))
    from crash_rehearsal import seen_by_reader

    program = (
        "import sys; from pathlib import Path; from crash_rehearsal import release; "
        "release(Path(sys.argv[1]))"
    )
    path = os.pathsep.join([str(HERE), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    killed = 0
    for when in range(1, 60, stride):
        trial = tmp_path / f"trial{when}"
        shutil.copytree(prepared, trial)
        inject = f"inject={call}:signal=KILL:when={when}"
        status = subprocess.run(
            [
                *("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject),
                *(sys.executable, "-c", program, str(trial)),
            ],
            env=environment,
            check=False,
        ).returncode
        versions, _ = seen_by_reader(trial)
        assert versions in ([1], [1, 2])
        subprocess.run([sys.executable, "-c", program, trial], env=environment, check=True)
        assert seen_by_reader(trial)[0] == [1, 2]
        if status == 0:
            break
        killed += 1
    assert killed >= 2


def test_readers_see_whole_versions_while_a_writer_releases(office: Office) -> None:
    office.accept([parcel("A", "0.00"), parcel("B", "0.00")])
    office.release()
    seen: set[int] = set()
    troubles: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                version = office.reader.current()
                prices = office.reader.frame(version=version)["price_cny"]
                assert prices.n_unique() == 1, prices
                seen.add(version or 0)
            except BaseException as trouble:
                troubles.append(trouble)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 9):
        office.accept([parcel("A", f"{number}.00"), parcel("B", f"{number}.00")])
        office.release()
    done.set()
    for reader in readers:
        reader.join()
    assert troubles == []
    assert len(seen) > 1
    assert office.reader.current() == 9


def test_two_datasets_released_at_once_both_stand_in_the_catalogue(
    make_office: MakeOffice,
) -> None:
    office = make_office()
    others = [
        Office(office.folder, office.dataset.model_copy(update={"id": f"set_{n}"}), site)
        for n in range(4)
        for site in [office.release_site]
    ]
    for number, other in enumerate(others):
        other.runs = 10 * number
        other.accept([parcel("A")])
    threads = [threading.Thread(target=other.release) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    catalogue = json.loads((office.folder / "public" / "catalog.json").read_text())
    assert [one["id"] for one in catalogue["datasets"]] == [f"set_{n}" for n in range(4)]
