"""What each rule looks for, in words without values: for readers of a release, who see how often it
failed but not the records that are held back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from expectations.evaluating import RULE_NOT_EVALUATED
from expectations.personal_data.rule_texts import PERSONAL_DATA_RULES
from expectations.vocabulary import rule_classes
from flows.key_forms import ALIKE
from flows.second_opinion import DISAGREEMENT
from flows.secrecy import SECRECY_RULES
from flows.source_run import APPEND_CONFLICT, ROWS_MISSING
from schemas.casting.rules import CASTING_RULES
from schemas.dataset import Dataset
from schemas.layout_rules import LAYOUT_RULES
from schemas.message import Message
from schemas.reading_rules import READING_RULES
from schemas.rule_text import RuleText

_PART = re.compile(r"\{[^{}]*\}")
LEFT_OUT = "…"


@cache
def _built_in() -> dict[str, Message]:
    texts: Iterable[RuleText] = (
        *READING_RULES.values(),
        *LAYOUT_RULES.values(),
        *CASTING_RULES.values(),
        *PERSONAL_DATA_RULES.values(),
        *SECRECY_RULES.values(),
        ALIKE,
        APPEND_CONFLICT,
        ROWS_MISSING,
        DISAGREEMENT,
        RULE_NOT_EVALUATED,
    )
    words = {one.rule_id: one.what for one in rule_classes().values()}
    return words | {one.id: one.what for one in texts}


def rule_words(dataset: Dataset) -> dict[str, Message]:
    """Rule id -> its sentence, with ``…`` for what differs from row to row. A dataset may use a
    rule under an id of its own."""
    classes = rule_classes()
    own = {
        use.id: classes[use.expectation].what for use in dataset.rules if use.expectation in classes
    }
    return {rule: _without_values(what) for rule, what in (_built_in() | own).items()}


def _without_values(what: Message) -> Message:
    return Message(_PART.sub(LEFT_OUT, what.zh), _PART.sub(LEFT_OUT, what.en))
