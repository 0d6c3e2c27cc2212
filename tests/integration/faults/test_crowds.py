"""Two commands at once: one waits or is refused with a reason; never two releases of one change."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from county_site import DATASET, ROOT, County, parcels


def test_two_runs_at_once_make_one_release(county: County) -> None:
    ended = [county.commands.join(one) for one in [county.start(), county.start()]]
    assert [one.code for one in ended] == [0, 0], ended
    assert sorted(one.only["state"] for one in ended) == ["no_change", "released"]
    assert county.seen()[0] == [1]
    assert [state for _, state, _ in county.states()].count("released") == 1


def test_a_run_is_refused_while_another_holds_the_dataset(released: County) -> None:
    """As an operator starts it; another dataset of the site goes on."""
    released.source("second", released.second_dataset())
    released.write("inbox/second.csv", parcels(1, 30))
    lock = released.folder / "archive/locks" / f"{DATASET}.lock"
    handle = os.open(lock, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "flows.command_line", "run", "--site", str(released.folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 1
        assert "[被拒绝] bureau" in finished.stdout
        assert "正在被另一次运行处理" in finished.stdout
        assert "请等它结束后再运行" in finished.stdout
        assert "[已发布] second" in finished.stdout
    finally:
        os.close(handle)
    assert released.run("bureau").only["state"] == "no_change"


def test_different_datasets_run_at_once(county: County) -> None:
    county.source("second", county.second_dataset())
    county.write("inbox/second.csv", parcels(1, 30))
    started = [county.start("bureau"), county.start("second")]
    ended = [county.commands.join(one) for one in started]
    assert [(one.code, one.only["state"]) for one in ended] == [(0, "released")] * 2, ended
    catalogue = (county.folder / "public/catalog.json").read_text("utf-8")
    assert f'"{DATASET}"' in catalogue
    assert '"other_results"' in catalogue


def test_looking_does_not_disturb_a_release(released: County) -> None:
    """``status`` opens the site and repairs it; the staging folder of a live run is not its."""
    for number in range(1):
        released.write("inbox/bureau.csv", parcels(1, 40, price=301 + number))
        running = released.start()
        watching = [released.start(command="status") for _ in range(4)]
        ended = released.commands.join(running)
        assert (ended.code, ended.only["state"]) == (0, "released"), ended
        assert [released.commands.join(one).code for one in watching] == [0] * 4
    assert released.seen()[0] == [1, 2]


def test_an_aborted_command_says_so_and_the_next_run_goes_on(county: County) -> None:
    Path(county.folder / "archive").mkdir()
    (county.folder / "archive/locks").write_text("no folder", encoding="utf-8")
    ended = county.run()
    assert ended.code == 1
    assert "请检查磁盘和权限后重新运行" in ended.out + ended.err
    (county.folder / "archive/locks").unlink()
    assert county.run().code == 0
