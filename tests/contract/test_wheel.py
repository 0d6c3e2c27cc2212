"""The wheel: everything is in it, nothing of it collides, and it runs outside a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
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


@pytest.fixture(scope="module")
def source_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to build from: a build leaves files behind."""
    tree = tmp_path_factory.mktemp("source") / "gongkai"
    tree.mkdir()
    for room in ROOMS:
        if (ROOT / room).is_dir():
            shutil.copytree(ROOT / room, tree / room, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, tree / name)
    return tree


@pytest.fixture(scope="module")
def wheel(source_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built without a network: setuptools is one of the test requirements."""
    folder = tmp_path_factory.mktemp("wheel")
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


def test_no_installed_distribution_provides_our_names() -> None:
    provided = metadata.packages_distributions()
    others = {
        room: names
        for room in ROOMS
        if (names := {canonicalize_name(name) for name in provided.get(room, ())} - {"gongkai"})
    }
    assert others == {}


def test_the_wheel_holds_every_file_of_the_rooms(source_tree: Path, wheel: Path) -> None:
    in_tree = {
        path.relative_to(source_tree).as_posix()
        for room in ROOMS
        for path in (source_tree / room).rglob("*")
        if path.is_file()
    }
    assert any(name.endswith(".yml") for name in in_tree)
    in_wheel = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert in_wheel == in_tree


def test_the_wheel_has_no_other_top_level_names(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    ours = {top for top in tops if not top.endswith(".dist-info")}
    assert ours <= set(ROOMS)
    assert len(tops) == len(ours) + 1


def test_the_demo_runs_from_the_wheel_outside_a_checkout(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    zipfile.ZipFile(wheel).extractall(installed)
    elsewhere.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GONGKAI_")},
        "PYTHONPATH": str(installed),
    }
    code = (
        "import sys, flows; "
        f"assert flows.__file__.startswith({str(installed)!r}), flows.__file__; "
        "from flows.command_line import main; "
        "sys.argv = ['gongkai', 'demo', '--dir', 'demo']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (elsewhere / "demo" / "public" / "catalog.json").is_file()
