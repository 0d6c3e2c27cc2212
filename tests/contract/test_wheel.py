"""The wheel: everything is in it, and nothing of it collides. (tests/e2e runs the demo from it.)"""

from __future__ import annotations

import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from built_wheel import ROOMS, build_wheel, copy_sources
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def source_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to build from."""
    return copy_sources(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def wheel(source_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return build_wheel(source_tree, tmp_path_factory.mktemp("wheel"))


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
