"""``gongkai check``: everything wrong in the definition files, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

from flows.commands.shared import (
    HERE,
    ExitCode,
    Output,
    SiteOption,
    command,
    leave,
)
from schemas.dataset import Dataset
from schemas.definitions import Definitions
from schemas.message import DefinitionError, Message
from schemas.validation import DefinitionProblem, problem_at

_CORRECT = Message("请改正。", "Correct it.")


@command
def check(
    output: Output,
    site: SiteOption = HERE,
) -> None:
    """检查站点的全部定义文件 / check all definition files of a site."""
    from schemas.definitions import find_site, load_definitions

    definitions = load_definitions(find_site(site))
    problems = all_problems(definitions)
    if output.as_json:
        output.document(
            [
                {
                    "file": item.file,
                    "line": item.line,
                    "path": item.path,
                    "message_zh": item.message().zh,
                    "message_en": item.message().en,
                }
                for item in problems
            ]
        )
    for item in problems:
        output.say(item.message())
    if problems:
        leave(ExitCode.WRONG_USE)
    output.say(
        Message(
            f"没有问题：{len(definitions.datasets)} 个数据集，{len(definitions.sources)} 个来源。",
            f"No problem: {len(definitions.datasets)} datasets, "
            f"{len(definitions.sources)} sources.",
        )
    )


def all_problems(definitions: Definitions) -> list[DefinitionProblem]:
    """Problems of files, of what they refer to, and of rules."""
    from expectations.compiling import problems_in
    from schemas.definition_checks import check_definitions

    problems = [*check_definitions(definitions), *_schedule_problems(definitions)]
    for defined in definitions.datasets.values():
        for message in problems_in(defined.model):
            problems.append(
                problem_at(defined.document, _rule_place(defined.model, message), message, _CORRECT)
            )
    return problems


def _schedule_problems(definitions: Definitions) -> Iterator[DefinitionProblem]:
    """Schedules and time zones that cannot be."""
    from flows.deployments import check_schedule

    for defined in definitions.sources.values():
        try:
            check_schedule(defined)
        except DefinitionError as error:
            yield problem_at(defined.document, ("schedule",), error.what, error.advice)


def _rule_place(dataset: Dataset, message: Message) -> tuple[str | int, ...]:
    """The rule a sentence speaks of, by the id it names."""
    for index, rule in enumerate(dataset.rules):
        if rule.id in message.en:
            return ("rules", index)
    return ("rules",)
