"""Putting a proposed file into the site: read back and checked first, never over another file."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from schemas.dataset import SNAKE_CASE, Dataset
from schemas.definitions import Defined
from schemas.message import DefinitionError, Message
from schemas.source import Source
from schemas.validation import DefinitionProblem, read_model
from schemas.yaml_file import load_yaml

Model = TypeVar("Model", Dataset, Source)


def read_text(
    text: str, target: Path, model: type[Model]
) -> tuple[Defined[Model] | None, list[DefinitionProblem]]:
    """The definition that a text is, as if it stood in ``target`` already."""
    with tempfile.TemporaryDirectory(prefix="gongkai-new-") as folder:
        file = Path(folder) / target.name
        file.write_text(text, encoding="utf-8")
        document = replace(load_yaml(file), path=target)
    read, problems = read_model(document, model)
    return (Defined(read, document) if read is not None else None), problems


def write_new(text: str, target: Path) -> None:
    """Write a file that is not there yet. Raises DefinitionError where it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise already_there(target) from error


def already_there(target: Path) -> DefinitionError:
    """The refusal to overwrite a file."""
    return DefinitionError(
        Message("文件已存在，没有覆盖。", "The file exists; it was not overwritten."),
        where=str(target),
        advice=Message("请换一个编号，或先移走它。", "Choose another id, or move it away."),
    )


def refuse_wrong_identifier(identifier: str) -> None:
    """Raise DefinitionError where a text cannot be an id."""
    if not re.match(SNAKE_CASE, identifier) or len(identifier) > 80:
        raise DefinitionError(
            Message(f"“{identifier}”不能作编号。", f"'{identifier}' cannot be an id."),
            advice=Message(
                "请用小写英文字母、数字和下划线，以字母开头，例如 land_results_bureau。",
                "Use lower-case letters, digits and underscores, beginning with a letter, such as "
                "land_results_bureau.",
            ),
        )


def identifier_for(file_name: str, otherwise: str, taken: Collection[str]) -> str:
    """An id made of a file's name; of ``otherwise`` where the name has too few Latin letters."""
    stem = file_name.rpartition(".")[0] or file_name
    made = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    usable = re.match(SNAKE_CASE, made) and sum(sign.isalpha() for sign in made) >= 4
    base = made[:60].strip("_") if usable else otherwise
    number = 1
    wanted = base if usable else f"{base}_{number}"
    while wanted in taken:
        number += 1
        wanted = f"{base}_{number}"
    return wanted
