"""What all commands share: options, output in words or JSON, errors in sentences, exit codes."""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer

from schemas.message import DefinitionError, GongkaiError, Message, WrongUseError

SiteOption = Annotated[
    Path, typer.Option("--site", help="站点目录（含 gongkai.yml） / the site's folder")
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
DebugOption = Annotated[bool, typer.Option("--debug", help="出错时显示调用栈 / show tracebacks")]
LanguageOption = Annotated[
    str, typer.Option("--language", help="zh-CN | en", envvar="GONGKAI_LANGUAGE")
]
HERE = Path()
LANGUAGES = ("zh-CN", "en")


class ExitCode(IntEnum):
    """What the shell is told."""

    SUCCESS = 0
    ATTENTION = 1  # something was held, partial, refused or failed
    WRONG_USE = 2  # wrong arguments or a wrong file


@dataclass(slots=True)
class Output:
    """Prints sentences for people, or one JSON document."""

    as_json: bool
    language: str = "zh-CN"
    debug: bool = False

    def say(self, message: Message) -> None:
        """A sentence for people; silent with --json."""
        if not self.as_json:
            typer.echo(message.in_language(self.language))

    def text(self, zh: str, en: str) -> str:
        """The text in the language of this output."""
        return Message(zh, en).in_language(self.language)

    def document(self, data: Any) -> None:
        """The JSON document of the command."""
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table for people; long texts wrap, nothing is cut."""
        from rich.console import Console
        from rich.table import Column, Table

        width = None if sys.stdout.isatty() else 160
        console = Console(width=width, highlight=False)
        table = Table(*(Column(name, overflow="fold") for name in columns), show_lines=False)
        for row in rows:
            table.add_row(*[tell_plainly(cell) for cell in row])
        console.print(table)


def tell_plainly(text: str) -> str:
    """Square brackets are markup to rich; data is not."""
    return text.replace("[", "\\[")


def leave(code: ExitCode) -> None:
    """End the command with that exit code."""
    raise typer.Exit(int(code))


@contextmanager
def plain_errors(*, debug: bool, language: str) -> Iterator[None]:
    """Errors become sentences and exit codes; tracebacks are shown only with --debug."""
    if language not in LANGUAGES:
        typer.echo(f"--language: {' | '.join(LANGUAGES)}", err=True)
        leave(ExitCode.WRONG_USE)
    try:
        yield
    except typer.Exit:
        raise
    except GongkaiError as error:
        if debug:
            traceback.print_exc()
        typer.echo(error.message().in_language(language), err=True)
        wrong = isinstance(error, DefinitionError | WrongUseError)
        leave(ExitCode.WRONG_USE if wrong else ExitCode.ATTENTION)
    except KeyboardInterrupt:
        typer.echo(Message("已中断。", "Interrupted.").in_language(language), err=True)
        leave(ExitCode.ATTENTION)
    except Exception as error:
        if debug:
            raise
        from flows.failures import sentence_of

        typer.echo(sentence_of(error).in_language(language), err=True)
        leave(ExitCode.ATTENTION)


def default_language() -> str:
    """zh-CN unless GONGKAI_LANGUAGE says otherwise."""
    return os.environ.get("GONGKAI_LANGUAGE", "zh-CN")


Own = ParamSpec("Own")
_HEAD = tuple(
    inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=option
    )
    for name, default, option in (
        ("json", False, JsonOption),
        ("debug", False, DebugOption),
        ("language", "zh-CN", LanguageOption),
    )
)


def command(function: Callable[Concatenate[Output, Own], None]) -> Callable[..., None]:
    """Make a function a command: it gets an :class:`Output`, the command line ``--json``,
    ``--debug`` and ``--language``, and its errors become sentences and exit codes."""
    own = inspect.signature(function, eval_str=True)
    parameters = [*list(own.parameters.values())[1:], *_HEAD]

    @functools.wraps(function)
    def called(*, json: bool, debug: bool, language: str, **arguments: Any) -> None:
        with plain_errors(debug=debug, language=language):
            function(Output(json, language, debug), **arguments)  # type: ignore[call-arg]

    del called.__wrapped__  # the command line reads the signature below, not that of the function
    called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called
