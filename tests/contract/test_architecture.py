"""The architecture as a test: who may import whom, where frameworks live, how long a module is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS: dict[str, frozenset[str]] = {
    "schemas": frozenset(),
    "connectors": frozenset({"schemas"}),
    "expectations": frozenset({"schemas"}),
    "warehouse": frozenset({"schemas"}),
    "publishing": frozenset({"schemas", "warehouse"}),
    "stewardship": frozenset({"schemas", "expectations", "warehouse", "publishing"}),
    "flows": frozenset(
        {
            "schemas",
            "connectors",
            "expectations",
            "warehouse",
            "publishing",
            "stewardship",
            "examples",
        }
    ),
    "examples": frozenset(),
}
"""Each room and what it may import. ``benchmarks`` and ``tests`` may import all."""
HOMES: dict[str, tuple[str, ...]] = {
    "great_expectations": ("expectations",),
    "prefect": ("flows",),
    **dict.fromkeys(
        ("fastapi", "starlette", "flask", "django", "aiohttp", "tornado", "litestar", "bottle"),
        ("publishing/portal", "stewardship/console"),
    ),
}
"""Frameworks and the only folders that may import them."""
OURS = frozenset({*ROOMS, "benchmarks"})
MOST_LINES = 450
FORBIDDEN_WORDS = re.compile(r"(?:^|_)(?:util|utils|helper|helpers|manager|managers|misc)(?:_|$)")
HEAVY = ("great_expectations", "prefect", "pandas", "pyarrow", "paramiko", "duckdb")


def _modules() -> list[Path]:
    return sorted(path for room in OURS for path in (ROOT / room).rglob("*.py"))


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every import, wherever it stands, also by import_module("…")."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.Call) and node.args:
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            argument = node.args[0]
            if (
                name in {"import_module", "__import__"}
                and isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
            ):
                yield node.lineno, argument.value


def wrong_imports(place: str, source: str) -> list[str]:
    """What a module imports against the architecture."""
    room = place.split("/")[0]
    wrong = []
    for line, name in _imports(source):
        top = name.split(".")[0]
        allowed = ROOMS.get(room, OURS) | {room}
        if top in OURS and top not in allowed:
            wrong.append(f"{place}:{line} imports {name}")
        homes = HOMES.get(top)
        if homes and room in ROOMS and not any(place.startswith(f"{home}/") for home in homes):
            wrong.append(f"{place}:{line} imports {name}, which lives in {', '.join(homes)}")
    return wrong


def test_rooms_import_only_rooms_above_them() -> None:
    assert _modules(), "no modules found"
    wrong = [
        found
        for path in _modules()
        for found in wrong_imports(_place(path), path.read_text("utf-8"))
    ]
    assert wrong == []


def imported_modules() -> dict[str, set[str]]:
    """Each of our modules and those of ours that it imports anywhere, also for types only."""
    sources = {_module_name(path): path.read_text("utf-8") for path in _modules()}
    found: dict[str, set[str]] = {}
    for module, source in sources.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= (whole & sources.keys()) or {str(node.module)}
        found[module] = (names & sources.keys()) - {module}
    return found


def _module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def circles(imported: dict[str, set[str]]) -> list[str]:
    """Modules left over when those that import only what is gone are taken away, again and again:
    all that lie on a circle of imports, or import one that does."""
    left = dict(imported)
    while free := [module for module, names in left.items() if not names & left.keys()]:
        for module in free:
            del left[module]
    return sorted(left)


def test_no_modules_import_each_other() -> None:
    assert circles(imported_modules()) == []


def test_a_circle_of_imports_is_seen() -> None:
    imported = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}, "e": set()}
    assert circles(imported) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("schemas/x.py", "import connectors"),
        ("connectors/x.py", "def f():\n    from warehouse.tables import runs"),
        ("publishing/x.py", "import importlib\nimportlib.import_module('expectations.rules')"),
        ("warehouse/x.py", "import great_expectations as gx"),
        ("expectations/x.py", "from prefect import flow"),
        ("publishing/x.py", "from fastapi import FastAPI"),
        ("flows/x.py", "import great_expectations"),
        ("examples/qingshui/x.py", "from schemas.message import Message"),
        ("schemas/x.py", "from benchmarks import run"),
    ],
)
def test_a_wrong_import_is_seen(place: str, source: str) -> None:
    assert len(wrong_imports(place, source)) == 1


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("expectations/rules/x.py", "import great_expectations"),
        ("flows/x.py", "import prefect, schemas, stewardship.cases"),
        ("publishing/portal/x.py", "from fastapi import FastAPI"),
        ("stewardship/x.py", "import publishing.diff"),
        ("benchmarks/x.py", "import great_expectations, flows.running"),
    ],
)
def test_a_right_import_is_let_through(place: str, source: str) -> None:
    assert wrong_imports(place, source) == []


def test_every_folder_of_modules_is_a_room() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert folders <= OURS


def test_modules_hold_one_thing() -> None:
    long = {
        _place(path): lines
        for path in _modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_modules_are_named_for_what_they_hold() -> None:
    named = [
        _place(path)
        for path in _modules()
        if any(
            FORBIDDEN_WORDS.search(part) for part in path.relative_to(ROOT).with_suffix("").parts
        )
    ]
    assert named == []


def test_the_command_line_starts_without_heavy_libraries() -> None:
    code = (
        "import sys, flows.command_line; "
        f"print(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def _structure(text: str) -> list[str]:
    """Levels of the headings, and language and length of the code blocks, in order.

    What stands in a block is translated like the prose: comments, and the language of the demo.
    """
    found: list[str] = []
    opened: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines()):
        if line.startswith("```"):
            if opened is None:
                opened = (number, line)
            else:
                found.append(f"{opened[1]} of {number - opened[0] - 1} lines")
                opened = None
        elif opened is None and (heading := re.match(r"(#+) ", line)):
            found.append(heading[1])
    return found


def test_the_readme_is_the_same_in_both_languages() -> None:
    english, chinese = ROOT / "README.md", ROOT / "README.zh-CN.md"
    assert _structure(english.read_text("utf-8")) == _structure(chinese.read_text("utf-8"))
    commands = [
        re.findall(r"^python3 -m venv .*pytest$", page.read_text("utf-8"), re.MULTILINE)
        for page in (english, chinese)
    ]
    assert commands[0] == commands[1]
    assert len(commands[0]) == 1


def test_another_structure_is_seen() -> None:
    assert _structure("# A\n\n```sh\nrun\n```\n") == _structure("# 甲\n文\n```sh\nrun\n```\n")
    assert _structure("# A\n\n```sh\nrun\n```\n") != _structure("# A\n\n```\nrun\n```\n")
    assert _structure("# A\n```sh\nrun\n```\n") != _structure("# A\n```sh\nrun\nrun\n```\n")
    assert _structure("# A\n## B\n") != _structure("# A\n# B\n")
