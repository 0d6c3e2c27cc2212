"""A notice as it is handed over for reading, and the rows that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.documents.document import Document


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What is known of a notice beside its text. Empty where it is not known.

    Attributes:
        title: its title.
        published: when it was published, as written.
        url: its own page.
        record_id: its id at its source.
        filed_under: what its portal calls it and the business it belongs to.
        purchaser, agency, project_number: as its portal has them in fields of their own.
        places: where each of these stands, by its name.
    """

    title: str = ""
    published: str = ""
    url: str = ""
    record_id: str = ""
    filed_under: tuple[str, ...] = ()
    purchaser: str = ""
    agency: str = ""
    project_number: str = ""
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its text with its tables, the facts beside it, and how its place is written."""

    document: Document
    facts: NoticeFacts
    place: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a row with its place."""

    text: str
    place: str = ""


NOTHING = Value("")


@dataclass(frozen=True, slots=True)
class NoticeProblem:
    """Something that could not be read surely; ``rule`` is one of the READ-… rules."""

    rule: str
    column: str
    value: str
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class NoticeRow:
    """A row of the raw table: values by column name, and what is wrong with it."""

    values: dict[str, Value] = field(default_factory=dict)
    problems: list[NoticeProblem] = field(default_factory=list)

    def put(self, column: str, text: str | None, place: str = "") -> None:
        """Set a value; nothing where there is none."""
        if text:
            self.values[column] = Value(text, place)

    def tell(self, rule: str, column: str, value: str = "", **parts: str) -> None:
        """Add a problem."""
        self.problems.append(NoticeProblem(rule, column, value, dict(parts)))
