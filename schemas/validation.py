"""Turning what pydantic refuses into sentences with file and line."""

from __future__ import annotations

import difflib
import json
import re
import types
import typing
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.message import Message
from schemas.yaml_file import YamlDocument

Model = TypeVar("Model", bound=BaseModel)

_TYPE_WORDS = {
    "string_type": Message("应为文字（必要时加引号）", "must be text (put it in quotes)"),
    "int_type": Message("应为整数", "must be a whole number"),
    "int_from_float": Message("应为整数", "must be a whole number"),
    "float_type": Message("应为数字", "must be a number"),
    "bool_type": Message("应为 true 或 false", "must be true or false"),
    "dict_type": Message("应为“键: 值”的组合", "must be a group of 'key: value' lines"),
    "model_type": Message("应为“键: 值”的组合", "must be a group of 'key: value' lines"),
    "model_attributes_type": Message("应为“键: 值”的组合", "must be a group of 'key: value' lines"),
    "tuple_type": Message("应为列表（每行以 - 开头）", "must be a list (lines starting with -)"),
    "list_type": Message("应为列表（每行以 - 开头）", "must be a list (lines starting with -)"),
}
_UNION_TAGS = {"str", "FieldMapping", "LayoutBody", "function-plain[exact_decimal()]"}


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """One thing wrong in a definition file, ready to be shown."""

    file: str
    line: int
    path: str
    what: Message
    advice: Message

    def where(self) -> str:
        """``file:line (path)``."""
        return f"{self.file}:{self.line}" + (f" ({self.path})" if self.path else "")

    def message(self) -> Message:
        """The whole sentence in both languages."""
        return Message(
            f"{self.where()}：{self.what.zh}。{self.advice.zh}",
            f"{self.where()}: {self.what.en}. {self.advice.en}",
        )


def problem_at(
    document: YamlDocument, location: tuple[str | int, ...], what: Message, advice: Message
) -> DefinitionProblem:
    """A problem at a path of a document."""
    return DefinitionProblem(
        file=str(document.path),
        line=document.line_of(location),
        path=".".join(str(part) for part in location),
        what=what,
        advice=advice,
    )


def read_model(
    document: YamlDocument, model: type[Model]
) -> tuple[Model | None, list[DefinitionProblem]]:
    """Read a document as a model; on failure return every problem with its line."""
    try:
        # JSON mode is strict about types, yet takes lists for tuples and text for dates
        return model.model_validate_json(json.dumps(document.data)), []
    except ValidationError as error:
        details = [item for item in error.errors() if not _other_branch(document, item)]
        return None, [_problem(document, model, item) for item in details]


def _other_branch(document: YamlDocument, item: ErrorDetails) -> bool:
    """True for the complaints of the branch of a union that was not meant."""
    location = item["loc"]
    for index, part in enumerate(location):
        if part in _UNION_TAGS:
            value = document.value_at(_without_tags(document, location[:index]))
            if (part == "str") == isinstance(value, dict):
                return True
    return False


def _without_tags(document: YamlDocument, location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Leave out of a path what pydantic added for unions and what the file does not hold."""
    path: tuple[str | int, ...] = ()
    for part in location:
        if (*path, part) in document.lines:
            path = (*path, part)
    return path


def _problem(
    document: YamlDocument, model: type[BaseModel], item: ErrorDetails
) -> DefinitionProblem:
    location = item["loc"]
    path = _without_tags(document, location)
    kind = item["type"]
    name = str(location[-1]) if location else ""
    what, advice = _sentence(document, model, item, path, kind, name)
    return problem_at(document, path, what, advice)


def _sentence(
    document: YamlDocument,
    model: type[BaseModel],
    item: ErrorDetails,
    path: tuple[str | int, ...],
    kind: str,
    name: str,
) -> tuple[Message, Message]:
    value = item.get("input")
    if _may_be_secret(item, name):
        return (
            Message("密钥的写法不对", "a secret is not referred to as it must be"),
            Message(
                "请写 {variable: 环境变量名} 或 {file: 文件路径}；密钥本身不能写在文件里，"
                "若已写入请更换它。",
                "Write {variable: NAME} or {file: PATH}; the secret itself must not stand in the "
                "file: change it where it did.",
            ),
        )
    if kind == "extra_forbidden":
        known = _known_keys(model, item["loc"][:-1])
        close = difflib.get_close_matches(name, known, n=1)
        listed = "、".join(known)
        return (
            Message(f"不认识的项“{name}”", f"unknown key '{name}'"),
            Message(f"是否想写“{close[0]}”？", f"Did you mean '{close[0]}'?")
            if close
            else Message(f"这里可以写：{listed}。", f"Allowed here: {', '.join(known)}."),
        )
    if kind == "missing":
        return (
            Message(f"缺少必填项“{name}”", f"'{name}' is missing"),
            _missing_advice(name),
        )
    if kind in ("literal_error", "enum"):
        expected = str(item.get("ctx", {}).get("expected", ""))
        return (
            Message(f"“{value}”不是允许的值", f"'{value}' is not allowed"),
            Message(f"请用其中之一：{expected}。", f"Use one of: {expected}."),
        )
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        context = item.get("ctx", {})
        tag = str(context.get("discriminator", "type")).strip("'")
        if kind == "union_tag_not_found":
            return (
                Message(f"缺少必填项“{tag}”", f"'{tag}' is missing"),
                Message(f"请写明 {tag}。", f"Say which {tag} it is."),
            )
        expected = str(context.get("expected_tags", ""))
        return (
            Message(f"{tag} 不是已知的类型", f"{tag} is not a known one"),
            Message(f"请用其中之一：{expected}。", f"Use one of: {expected}."),
        )
    if kind == "definition":
        context = item.get("ctx", {})
        return (
            Message(str(context.get("zh", "")), str(context.get("en", ""))),
            Message("请改正。", "Correct it."),
        )
    if kind == "string_pattern_mismatch":
        pattern = str(item.get("ctx", {}).get("pattern", ""))
        digits = re.fullmatch(r"\^(?:\\d|\[0-9\])\{(\d+)\}\$", pattern)
        if digits:
            return (
                Message(f"“{value}”写法不对", f"'{value}' is not written as it must be"),
                Message(f"这里是 {digits[1]} 位数字。", f"It is a number of {digits[1]} digits."),
            )
        return (
            Message(f"“{value}”写法不对", f"'{value}' is not written as it must be"),
            Message(
                f"名称用小写英文、数字和下划线；格式为 {pattern}。",
                f"Names are lower-case letters, digits and underscores; the form is {pattern}.",
            ),
        )
    if kind in _TYPE_WORDS:
        word = _TYPE_WORDS[kind]
        return (
            Message(f"“{value}”{word.zh}", f"'{value}' {word.en}"),
            Message("请改正。", "Correct it."),
        )
    told = str(item["msg"]).removeprefix("Value error, ")
    return Message(f"不可用（{told}）", told), Message("请改正。", "Correct it.")


def _may_be_secret(item: ErrorDetails, name: str) -> bool:
    """Whether somebody may have written a secret where a reference to it belongs: then what was
    written is not repeated."""
    if item["type"] == "string_pattern_mismatch" and name == "variable":
        return True
    return str(item.get("ctx", {}).get("class_name", "")) == "SecretReference"


def _missing_advice(name: str) -> Message:
    if name == "load":
        return Message(
            "请写 full（整体替换）、partition（按分区替换）、upsert（按主键更新）"
            "或 append（追加）。",
            "Write full (replaces all), partition (replaces the partitions that came), upsert "
            "(replaces by key) or append (adds).",
        )
    return Message("请补上。", "Add it.")


def _known_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys a model allows at a path of it."""
    here: list[type[BaseModel]] = [model]
    for part in location:
        if isinstance(part, int):
            continue
        found: list[type[BaseModel]] = []
        for candidate in here:
            if candidate.__name__ == part or _tag_of(candidate) == part:
                found.append(candidate)
                continue
            for name, field in candidate.model_fields.items():
                if part in (name, field.alias):
                    found += _models_in(field.annotation)
        here = found or here
    keys = [field.alias or name for one in here for name, field in one.model_fields.items()]
    return list(dict.fromkeys(keys))


def _tag_of(model: type[BaseModel]) -> str | None:
    field = model.model_fields.get("type") or model.model_fields.get("kind")
    arguments = typing.get_args(field.annotation) if field else ()
    return str(arguments[0]) if len(arguments) == 1 else None


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [found for part in typing.get_args(annotation) for found in _models_in(part)]
