"""Finding and reading all definition files of a site. Discovery is by folder; no list anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from schemas.dataset import Dataset
from schemas.layout import Layout
from schemas.message import DefinitionError, Message
from schemas.site import Site
from schemas.source import Source
from schemas.validation import DefinitionProblem, problem_at, read_model
from schemas.yaml_file import YamlDocument, load_yaml

BUILT_IN = Path(__file__).parent
SITE_FILE = "gongkai.yml"

Model = TypeVar("Model", Dataset, Layout, Source)


@dataclass(frozen=True, slots=True)
class Defined(Generic[Model]):
    """A definition and the file it stands in."""

    model: Model
    document: YamlDocument


@dataclass(slots=True)
class Definitions:
    """Everything a site is made of, and everything wrong with it.

    ``folder`` is where ``gongkai.yml`` stands. Dictionaries are by id.
    """

    folder: Path
    site: Site
    datasets: dict[str, Defined[Dataset]] = field(default_factory=dict)
    layouts: dict[str, Defined[Layout]] = field(default_factory=dict)
    sources: dict[str, Defined[Source]] = field(default_factory=dict)
    problems: list[DefinitionProblem] = field(default_factory=list)

    def vocabulary_folders(self) -> tuple[Path, ...]:
        """Where the site's own vocabularies are looked for, beside the built-in ones."""
        return (self.folder / "vocab",)

    def sources_of(self, dataset_id: str) -> list[Source]:
        """The sources of a dataset, in order of their ids."""
        found = [one.model for one in self.sources.values() if one.model.dataset_id == dataset_id]
        return sorted(found, key=lambda source: source.id)


def find_site(start: Path) -> Path:
    """The folder that holds ``gongkai.yml``: ``start`` itself or one above it."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / SITE_FILE).is_file():
            return folder
    raise DefinitionError(
        Message(f"找不到 {SITE_FILE}。", f"There is no {SITE_FILE} here or above."),
        where=str(start),
        advice=Message(
            "请进入站点目录，或用 --site 指定；新建站点用 gongkai init。",
            "Go to the site's folder or name it with --site; gongkai init makes a new one.",
        ),
    )


def load_definitions(folder: Path) -> Definitions:
    """Read the site file and all dataset, layout and source files.

    Raises DefinitionError only where the site file itself cannot be used; everything else that is
    wrong is listed in ``problems``.
    """
    document = load_yaml(folder / SITE_FILE)
    site, problems = read_model(document, Site)
    if site is None:
        first = problems[0]
        raise DefinitionError(first.what, where=first.where(), advice=first.advice)
    found = Definitions(folder=folder, site=site)
    for base in (BUILT_IN, folder):
        _read_folder(found, base / "datasets", "**/*.yml", Dataset, found.datasets, _dataset_place)
        _read_folder(found, base / "layouts", "*.yml", Layout, found.layouts, _file_name)
    _read_folder(found, folder / "sources", "**/*.yml", Source, found.sources, _file_name)
    return found


Placed = Callable[[Any, YamlDocument], list[DefinitionProblem]]


def _read_folder(
    found: Definitions,
    folder: Path,
    pattern: str,
    model: type[Model],
    into: dict[str, Defined[Model]],
    check_place: Placed,
) -> None:
    if not folder.is_dir():
        return
    for wrong in sorted(folder.glob(pattern.replace(".yml", ".yaml"))):
        found.problems.append(
            DefinitionProblem(
                str(wrong),
                1,
                "",
                Message("扩展名应为 .yml", "the file name must end in .yml"),
                Message("请改名。", "Rename it."),
            )
        )
    for path in sorted(folder.glob(pattern)):
        try:
            document = load_yaml(path)
        except DefinitionError as error:
            found.problems.append(DefinitionProblem(error.where, 1, "", error.what, error.advice))
            continue
        one, problems = read_model(document, model)
        found.problems += problems
        if one is None:
            continue
        found.problems += check_place(one, document)
        into[one.id] = Defined(one, document)


def _file_name(one: Dataset | Layout | Source, document: YamlDocument) -> list[DefinitionProblem]:
    identifier = one.id
    if identifier == document.path.stem:
        return []
    return [
        problem_at(
            document,
            ("id",),
            Message(
                f"id“{identifier}”与文件名“{document.path.stem}”不一致",
                f"id '{identifier}' differs from the file name '{document.path.stem}'",
            ),
            Message("请把两者改成一样。", "Make them the same."),
        )
    ]


def _dataset_place(one: Dataset, document: YamlDocument) -> list[DefinitionProblem]:
    problems = _file_name(one, document)
    theme = one.theme
    if theme != document.path.parent.name:
        problems.append(
            problem_at(
                document,
                ("theme",),
                Message(
                    f"主题“{theme}”与所在文件夹“{document.path.parent.name}”不一致",
                    f"theme '{theme}' differs from its folder '{document.path.parent.name}'",
                ),
                Message("请把文件放到 datasets/<theme>/ 下。", "Put it under datasets/<theme>/."),
            )
        )
    return problems
