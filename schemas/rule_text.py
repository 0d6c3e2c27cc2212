"""What a built-in check says when it fails: one entry per rule id, never repeated in code.

Rooms define their own tables of these (reading, casting, layout, keys, personal data). Domain
rules carry the same texts on their expectation classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.finding import Finding, RowPlace, Scope, Severity
from schemas.message import Message


@dataclass(frozen=True, slots=True)
class RuleText:
    """Id, severity, and the sentence and advice as templates with ``{name}`` parts."""

    id: str
    severity: Severity
    what: Message
    advice: Message
    scope: Scope = Scope.ROW

    def finding(
        self,
        *,
        column: str = "",
        value: str = "",
        place: RowPlace | None = None,
        pattern: str = "",
        count: int = 1,
        severity: Severity | None = None,
        personal: bool = False,
        parts: Mapping[str, object] | None = None,
        **further: object,
    ) -> Finding:
        """Make the finding; ``parts`` and ``further`` fill the templates beside column, value
        and count."""
        named = {"column": column, "value": value, "count": count, **(parts or {}), **further}
        named = {name: _on_one_line(part) for name, part in named.items()}
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            what=Message(self.what.zh.format_map(named), self.what.en.format_map(named)),
            advice=Message(self.advice.zh.format_map(named), self.advice.en.format_map(named)),
            scope=self.scope,
            column=column,
            value=value,
            place=place,
            pattern=pattern,
            count=count,
            personal=personal,
        )


def _on_one_line(part: object) -> object:
    """A line break of a cell would break the line of a log, a mail's subject, a table."""
    return (
        re.sub(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*", " ", part) if isinstance(part, str) else part
    )
