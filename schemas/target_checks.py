"""What can be wrong between the targets of a site file and the datasets of the site."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.definitions import SITE_FILE, Definitions
from schemas.message import Message
from schemas.validation import DefinitionProblem, problem_at
from schemas.yaml_file import load_yaml


def check_targets(definitions: Definitions) -> Iterator[DefinitionProblem]:
    """Names that stand twice, datasets and themes that the site does not have."""
    targets = definitions.site.targets
    if not targets:
        return
    document = load_yaml(definitions.folder / SITE_FILE)
    datasets = set(definitions.datasets)
    themes = {defined.model.theme for defined in definitions.datasets.values()}
    names: set[str] = set()
    for place, target in enumerate(targets):
        if target.name in names:
            yield problem_at(
                document,
                ("targets", place, "name"),
                Message(f"目标名“{target.name}”重复", f"the name '{target.name}' stands twice"),
                Message("请改用另一个名称。", "Give it another name."),
            )
        names.add(target.name)
        for key, given, known, word in (
            ("datasets", target.datasets, datasets, ("数据集", "dataset")),
            ("themes", target.themes, themes, ("主题", "theme")),
        ):
            for index, name in enumerate(given):
                if name not in known:
                    yield problem_at(
                        document,
                        ("targets", place, key, index),
                        Message(f"没有{word[0]}“{name}”", f"there is no {word[1]} '{name}'"),
                        Message(
                            f"可用：{'、'.join(sorted(known))}。",
                            f"Known: {', '.join(sorted(known))}.",
                        ),
                    )
