"""The wheel, built from a copy of the checkout without a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = (
    "benchmarks",
    "connectors",
    "examples",
    "expectations",
    "flows",
    "publishing",
    "schemas",
    "stewardship",
    "warehouse",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.egg-info")


def copy_sources(folder: Path) -> Path:
    """A copy to build from: a build leaves files behind."""
    tree = folder / "gongkai"
    tree.mkdir()
    for room in ROOMS:
        if (ROOT / room).is_dir():
            shutil.copytree(ROOT / room, tree / room, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, tree / name)
    return tree


def build_wheel(source_tree: Path, folder: Path) -> Path:
    """The wheel built without a network: setuptools is one of the test requirements."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(folder), str(source_tree)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("*.whl")
    return built
