"""The documents do not lag behind the models, the commands and the definitions."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from expectations.vocabulary import rule_classes
from flows.command_line import app
from flows.commands.findings import JSON_KEYS
from flows.documenting.pages import generated_pages
from flows.outcome import RunOutcome
from schemas.connector_options import NetworkException, NetworkLimits
from schemas.dataset import Dataset
from schemas.layout import Layout, LayoutBody
from schemas.run import RecordLedger, RunState
from schemas.site import Site
from schemas.source import Source

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "README.md"])
SHARED = {"zh", "en"}  # the two languages of every text for people
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Models anywhere in a type annotation."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for part in typing.get_args(annotation):
        yield from models_in(part)


def all_models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and all models below it."""
    found: set[type[BaseModel]] = set()
    waiting = [model]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            for field in one.model_fields.values():
                waiting += models_in(field.annotation)
    return found


def keys_of(models: set[type[BaseModel]]) -> set[str]:
    return {
        field.alias or name for one in models for name, field in one.model_fields.items()
    } - SHARED


def mentioned(page: str) -> set[str]:
    """Every key that stands in the page in backticks, alone or as the end of a path."""
    text = FENCE.sub("", (DOCS / page).read_text(encoding="utf-8"))
    words = set()
    for code in re.findall(r"`([^`]+)`", text):
        words |= {part for part in re.split(r"[\s.:{},\[\]()\"=]+", code) if part}
    return words


LAYOUT_MODELS = all_models(Layout) | all_models(LayoutBody)
FILE_KINDS = [
    ("source-file.md", keys_of(all_models(Source) - LAYOUT_MODELS)),
    ("layout-file.md", keys_of(LAYOUT_MODELS)),
    ("dataset-file.md", keys_of(all_models(Dataset))),
    ("site-file.md", keys_of(all_models(Site))),
]


@pytest.mark.parametrize(("page", "keys"), FILE_KINDS, ids=[page for page, _ in FILE_KINDS])
def test_every_key_is_explained(page: str, keys: set[str]) -> None:
    assert len(keys) > 10
    assert sorted(keys - mentioned(page)) == []


def choices(models: set[type[BaseModel]]) -> set[str]:
    """Every allowed value of a key that allows a few."""

    def literals(annotation: Any) -> Iterator[str]:
        if typing.get_origin(annotation) is typing.Literal:
            yield from (str(one) for one in typing.get_args(annotation) if isinstance(one, str))
        for part in typing.get_args(annotation):
            yield from literals(part)

    return {
        value
        for one in models
        for field in one.model_fields.values()
        for value in literals(field.annotation)
    }


@pytest.mark.parametrize(
    ("page", "models"),
    [
        ("source-file.md", all_models(Source) - LAYOUT_MODELS),
        ("source-file.md", {NetworkException, NetworkLimits}),
        ("layout-file.md", LAYOUT_MODELS),
        ("dataset-file.md", all_models(Dataset)),
        ("site-file.md", all_models(Site)),
    ],
    ids=["source", "network", "layout", "dataset", "site"],
)
def test_every_allowed_value_is_named(page: str, models: set[type[BaseModel]]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert sorted(one for one in choices(models) if one not in text) == []


def commands() -> dict[str, Any]:
    """Every command by the words that call it."""
    group: Any = typer.main.get_command(app)
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        below = getattr(command, "commands", None)
        if below is None:
            found[name] = command
        else:
            found |= {f"{name} {inner}": one for inner, one in below.items()}
    return found


def section(name: str) -> str:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"commands.md has no section on {name}"
    return found[1]


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_is_explained(name: str) -> None:
    head = (DOCS / "commands.md").read_text(encoding="utf-8").partition("\n## ")[0]
    options = {
        option
        for parameter in commands()[name].params
        if parameter.param_type_name == "option"
        for option in parameter.opts
        if option.startswith("--")
    }
    told = set(re.findall(r"`(--[a-z-]+)", head)) | set(re.findall(r"(--[a-z-]+)", section(name)))
    assert sorted(options - told) == []


def test_no_command_is_invented() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (.+)$", text, re.MULTILINE)) == set(commands())


def test_json_keys_are_explained() -> None:
    outcome = set(_outcome_keys())
    assert sorted(key for key in outcome if f"`{key}`" not in section("run")) == []
    assert sorted(key for key in JSON_KEYS if f"`{key}`" not in section("findings")) == []


def _outcome_keys() -> Iterator[str]:
    import datetime as dt
    from types import SimpleNamespace

    source: Any = SimpleNamespace(id="a", dataset_id="b")
    day = dt.date(2026, 1, 1)
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    yield from RunOutcome("run", source, day, now).as_json("en")


def test_states_and_counts_are_explained() -> None:
    told = mentioned("runs.md")
    assert {state.value for state in RunState} <= told
    assert {name for name in RecordLedger.__dataclass_fields__ if name != "fingerprint"} <= told


def test_every_rule_stands_on_the_page_of_rules() -> None:
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert [name for name in rule_classes() if f" {name}\n" not in text] == []
    written = {
        found
        for path in ROOT.glob("*/**/*.py")
        if path.relative_to(ROOT).parts[0]
        in ("schemas", "connectors", "expectations", "publishing", "warehouse", "flows")
        for found in re.findall(r'"((?:READ|CAST|LAY|FLD|KEY|PII|SEC|REL)-\d\d)"', path.read_text())
    }
    assert len(written) > 60
    assert sorted(rule for rule in written if f"### {rule}" not in text) == []


def test_generated_pages_are_current() -> None:
    """Otherwise: python -m flows.documenting."""
    pages = generated_pages()
    assert len(pages) >= 4
    stale = [path.name for path, text in pages.items() if path.read_text("utf-8") != text]
    assert stale == [], "run: python -m flows.documenting"


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = set()
    for heading in HEADING.findall(text):
        plain = re.sub(r"[`*]", "", heading).strip().lower()
        found.add(re.sub(r"\s", "-", re.sub(r"[^\w\- ]", "", plain)))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for found in LINK.finditer(text):
        target, _, anchor = found["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(found["target"])
    assert broken == []


def test_the_picture_of_the_demo_is_there() -> None:
    picture = (DOCS / "images" / "demo.svg").read_text(encoding="utf-8")
    assert "gongkai" in picture
    assert "/tmp" not in picture
    assert "land_supply_results" in picture
