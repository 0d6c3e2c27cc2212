"""Reading YAML definition files: strict, with the line of every key.

YAML 1.1 turns ``0701`` into an octal number, ``2026-03-01`` into a date object and ``no`` into
false. Definition files hold codes and dates, so only plain decimal numbers, ``true``/``false``
and ``null`` are read as anything but text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from schemas.message import DefinitionError, Message

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # pragma: no cover - PyYAML built without libyaml
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]

YamlPath = tuple[str | int, ...]


class _PlainLoader(_BaseLoader):
    """A safe loader whose only implicit types are null, true/false and decimal numbers."""


_PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"^(?:~|null)?$", ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", list("-0123456789")),
):
    _PlainLoader.add_implicit_resolver(_tag, re.compile(_pattern), _first)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The plain data of one file, and where each key stands in it."""

    path: Path
    data: dict[str, object]
    lines: dict[YamlPath, int]

    def line_of(self, location: Sequence[str | int]) -> int:
        """The 1-based line of a key; parts that are not in the file (tags of unions) are passed
        over, and a missing key gives the line of what it is missing from."""
        path: YamlPath = ()
        for part in location:
            if (*path, part) in self.lines:
                path = (*path, part)
        return self.lines.get(path, 1)

    def value_at(self, location: Sequence[str | int]) -> object:
        """The data at a path, or None."""
        value: object = self.data
        for part in location:
            if (isinstance(value, dict) and part in value) or (
                isinstance(value, list) and isinstance(part, int) and part < len(value)
            ):
                value = value[part]  # type: ignore[index]
            else:
                return None
        return value


def load_yaml(path: Path) -> YamlDocument:
    """Read one definition file.

    Raises DefinitionError where it cannot be opened, is not UTF-8, is not YAML, is no mapping,
    or has a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DefinitionError(
            Message("文件不存在。", "The file does not exist."),
            where=str(path),
            advice=Message("请检查路径。", "Check the path."),
        ) from error
    except UnicodeDecodeError as error:
        raise DefinitionError(
            Message("文件不是 UTF-8 编码。", "The file is not UTF-8 text."),
            where=str(path),
            advice=Message("请在编辑器中另存为 UTF-8。", "Save it as UTF-8 in your editor."),
        ) from error
    loader = _PlainLoader(text)
    try:
        node = loader.get_single_node()
        lines: dict[YamlPath, int] = {}
        if node is None or not isinstance(node, yaml.MappingNode):
            raise DefinitionError(
                Message("文件应由“键: 值”组成。", "The file must be made of 'key: value' lines."),
                where=f"{path}:1",
                advice=Message("请参照文档中的示例。", "See the examples in the documents."),
            )
        _collect_lines(node, (), lines, path)
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise DefinitionError(
            Message(
                f"YAML 写法有误（{error.problem}）。", f"This is not valid YAML ({error.problem})."
            ),
            where=f"{path}:{line}",
            advice=Message(
                "请检查这一行及上一行的缩进、冒号和引号。",
                "Check the indentation, colons and quotes of this line and the one before.",
            ),
        ) from error
    finally:
        loader.dispose()
    return YamlDocument(path=path, data=data, lines=lines)


def _collect_lines(node: yaml.Node, path: YamlPath, lines: dict[YamlPath, int], file: Path) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            line = key.start_mark.line + 1
            if name in seen:
                raise DefinitionError(
                    Message(f"“{name}”写了两次。", f"'{name}' is given twice."),
                    where=f"{file}:{line}",
                    advice=Message("请删去其中一处。", "Remove one of them."),
                )
            seen.add(name)
            lines[(*path, name)] = line
            _collect_lines(value, (*path, name), lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _collect_lines(item, (*path, index), lines, file)
