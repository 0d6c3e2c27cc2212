"""A county's site and the real command, each time in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from county_site import HERE, ROOT, SITE, Commands, County, parcels


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """The command server of the session."""
    folder = tmp_path_factory.mktemp("commands")
    folder.chmod(0o777)
    process = subprocess.Popen(
        [sys.executable, str(HERE / "command_server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1"},
    )
    yield Commands(process, folder)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=60)


@pytest.fixture
def county(tmp_path: Path, commands: Commands) -> County:
    """A site with one source and a department's file that was never run."""
    made = County(tmp_path / "county", commands)
    made.write("gongkai.yml", SITE)
    made.source()
    made.write("inbox/bureau.csv", parcels(1, 40))
    return made


@pytest.fixture
def released(county: County) -> County:
    """Version 1 of it is out."""
    ended = county.run()
    assert ended.code == 0, ended
    return county
