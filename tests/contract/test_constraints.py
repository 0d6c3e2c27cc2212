"""The constraints file pins everything and names no address."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[A-Za-z0-9.!+]+)$")


def _pins() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    matches = [PIN.match(line) for line in lines]
    assert all(matches), [line for line, match in zip(lines, matches, strict=True) if not match]
    return {canonicalize_name(m["name"]): Version(m["version"]) for m in matches if m}


def _direct_requirements(*extras: str) -> list[Requirement]:
    """Those of the product and of some extras; of all extras where none is named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"]]
    for extra, requirements in project["optional-dependencies"].items():
        named += requirements if extra in extras or not extras else []
    return [Requirement(name) for name in named]


def test_constraints_are_bare_pins_in_order() -> None:
    names = list(_pins())
    assert names == sorted(names)


@pytest.mark.parametrize("requirement", _direct_requirements(), ids=str)
def test_every_direct_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    pins = _pins()
    assert canonicalize_name(requirement.name) in pins
    assert pins[canonicalize_name(requirement.name)] in requirement.specifier


def test_what_the_dependencies_need_is_pinned_too() -> None:
    """Walks what is installed wherever the tests run, so without the extra for linting."""
    pins = _pins()
    waiting = [(requirement, "") for requirement in _direct_requirements("test", "postgresql")]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker and not _applies(requirement.marker, extra):
            continue
        assert name in pins, f"{name} is not pinned; renew constraints.txt"
        for wanted in ("", *requirement.extras):
            if (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            needed = metadata.requires(name) or []
            waiting += [(Requirement(line), wanted) for line in needed]


def _applies(marker: Marker, extra: str) -> bool:
    return marker.evaluate({"extra": extra})
