"""What is left out is told, with its reason, also where several processes test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_group_that_is_left_out_is_told_with_its_reason(processes: str, tmp_path: Path) -> None:
    (tmp_path / "test_made.py").write_text(
        "import pytest\n"
        "@pytest.mark.real_data\ndef test_one(): pass\n"
        "@pytest.mark.slow\ndef test_two(): pass\n"
        "@pytest.mark.slow\ndef test_three(): pass\n"
        "def test_four(): pass\n",
        encoding="utf-8",
    )
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("GONGKAI", "PYTEST"))
    }
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # of the plugins only these two matter
    environment["PYTEST_PLUGINS"] = "xdist.plugin,pytest_timeout"
    options = [
        "-n",
        processes,
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ROOT,
        "-c",
        ROOT / "pyproject.toml",
    ]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "tests.conftest", tmp_path],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "1 passed, 3 skipped" in finished.stdout
    assert "left out: 1 tests (Skipped: GONGKAI_REAL_DATA is not set)" in finished.stdout
    assert "left out: 2 tests (Skipped: slow: run with -m slow)" in finished.stdout
