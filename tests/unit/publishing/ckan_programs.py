"""CKAN's own programs, installed apart from ours and run in a process of their own.

CKAN's pins conflict with ours, so it and what it imports are installed into a folder of their own
(kept in the cache of pytest). No database is needed for what is run of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).with_name("ckan_programs.txt")
SECONDS = 240


def installed_programs(config: pytest.Config) -> Path:
    """A folder with CKAN, ckanext-dcat and ckanext-harvest; skipped where they cannot be had."""
    cache = config.cache
    assert cache is not None
    folder = cache.mkdir("ckan-programs")
    wanted = REQUIREMENTS.read_text("utf-8")
    stamp = folder / "installed.txt"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return folder / "packages"
    shutil.rmtree(folder / "packages", ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    installed = subprocess.run(
        [*pip, "--target", str(folder / "packages"), "--requirement", str(REQUIREMENTS)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if installed.returncode != 0:
        said = f"CKAN cannot be installed: {installed.stderr[-300:]}"
        if os.environ.get("GONGKAI_REQUIRE_ALL") == "1":
            pytest.fail(said)
        pytest.skip(said)
    stamp.write_text(wanted, "utf-8")
    return folder / "packages"


def printed_by(script: str, programs: Path, *arguments: str) -> str:
    """What a script prints that imports CKAN; it must end well."""
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(programs)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout
