"""The personal-data gate: every batch passes it before anything is released.

A detected number is redacted in its field and reported; names of natural persons are masked by
the field's privacy class; only what cannot be redacted holds the record, never the release
(facts 8.1 and 8.2; 个人信息保护法 articles 10, 25, 28 and 34).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from expectations.personal_data import patterns, rule_texts
from expectations.personal_data.detection import (
    HitKind,
    detect,
    normal_phones,
    screen_text,
)
from expectations.personal_data.names import NameKind, screen_name
from schemas.dataset import Dataset, DatasetField, PrivacyClass
from schemas.finding import Finding, RowPlace
from schemas.rule_text import RuleText

ORGANIZATION, NATURAL_PERSON = "organization", "natural_person"
_LINEAGE = ("_snapshot", "_container", "_position")
_NAME_CLASSES = (PrivacyClass.PERSON_NAME, PrivacyClass.PERSON_OR_ORGANIZATION)
_IDENTIFIER_CANDIDATE = rf"{patterns.ID_CANDIDATE}|[^\P{{Nd}}0-9]"
_SMALLEST_ID_NUMBER = 10**17
_NUMBER_RULES = tuple(
    rule_texts.HIT_RULES[kind]
    for kind in (HitKind.ID_NUMBER, HitKind.BANK_CARD, HitKind.MOBILE, HitKind.MASKED_ID)
)
"""Redacting one of these in a key would make keys of different records equal."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A batch that has passed the gate.

    Attributes:
        frame: the same rows in the same order, redacted and masked. Rows of ``held_rows`` stand
            in it too, and must not be released.
        findings: what was found; values are redacted. A finding's ``row_key`` is not set here:
            for a held row whose key is a personal number, screen the key before showing it.
        held_rows: 0-based rows that cannot be released, ascending.
        masked_names: how many values had at least one name masked, by field.
    """

    frame: pl.DataFrame
    findings: list[Finding]
    held_rows: list[int]
    masked_names: dict[str, int]


@dataclass(slots=True)
class _Verdict:
    """What the gate makes of one distinct value of a field."""

    text: str
    rules: list[RuleText] = field(default_factory=list)
    kind: str | None = None
    named: bool = False


class _Gate:
    """One batch on its way through the gate."""

    def __init__(
        self,
        frame: pl.DataFrame,
        dataset: Dataset,
        office_phones: Collection[str],
        today: dt.date,
        organizations: Collection[str],
    ) -> None:
        self.frame = frame
        self.dataset = dataset
        self.office_phones = normal_phones(office_phones)
        self.today = today
        self.organizations = organizations
        self.findings: list[Finding] = []
        self.held: set[int] = set()
        self.masked_names: dict[str, int] = {}

    def run(self) -> Screened:
        present = [item for item in self.dataset.fields if item.name in self.frame.columns]
        # names first: they settle whose address stands beside them
        present.sort(key=lambda item: item.privacy not in _NAME_CLASSES)
        for item in present:
            dtype = self.frame.schema[item.name]
            if dtype == pl.String:
                self.screen_field(item)
            elif dtype.is_integer() or dtype.is_decimal():
                self.hold_numeric_ids(item)
        return Screened(self.frame, self.findings, sorted(self.held), self.masked_names)

    def screen_field(self, item: DatasetField) -> None:
        """Judge the distinct values that may hold something, then put the verdicts in place."""
        column = self.frame[item.name]
        if item.privacy in _NAME_CLASSES:
            values = column.drop_nulls().unique(maintain_order=True)
            numbered = set(_may_hold_numbers(values))
            verdicts = {value: self.judge_name(value, item, value in numbered) for value in values}
        elif item.privacy is PrivacyClass.IDENTIFIER:
            values = _matching(column, _IDENTIFIER_CANDIDATE)
            verdicts = {value: self.judge_identifier(value) for value in values}
        elif item.kind_field is not None:
            self.screen_of_party(item)
            return
        else:
            verdicts = {value: self.judge_text(value) for value in _may_hold_numbers(column)}
        self.report(item, column, verdicts)
        changed = {value: made.text for value, made in verdicts.items() if made.text != value}
        if changed:
            self.frame = self.frame.with_columns(_replaced(column, changed))
        if item.privacy in _NAME_CLASSES:
            self.settle_names(item, column, verdicts)

    def screen_of_party(self, item: DatasetField) -> None:
        """What is told of the party of ``kind_field``: an organisation's address may be published,
        a natural person's loses its house and room."""
        is_organization = (self.frame[str(item.kind_field)] == ORGANIZATION).fill_null(value=False)
        for rows, addresses in ((is_organization, False), (~is_organization, True)):
            column = self.frame[item.name]
            own = column.zip_with(rows, pl.Series([None], dtype=column.dtype))
            verdicts = {
                value: self.judge_text(value, addresses=addresses)
                for value in _may_hold_numbers(own)
            }
            self.report(item, own, verdicts)
            changed = {value: made.text for value, made in verdicts.items() if made.text != value}
            if changed:
                put_right = _replaced(own, changed).zip_with(rows, column)
                self.frame = self.frame.with_columns(put_right.alias(item.name))

    def judge_text(self, value: str, *, addresses: bool = True) -> _Verdict:
        text, hits = screen_text(
            value, office_phones=self.office_phones, today=self.today, addresses=addresses
        )
        kinds = dict.fromkeys(hit.kind for hit in hits)
        return _Verdict(text, [rule_texts.HIT_RULES[kind] for kind in kinds])

    def judge_identifier(self, value: str) -> _Verdict:
        """An official number may look like a personal one; only an id number alone is one."""
        hits = detect(value, today=self.today)
        alone = (
            len(hits) == 1
            and hits[0].kind is HitKind.ID_NUMBER
            and not (value[: hits[0].start] + value[hits[0].end :]).strip()
        )
        return self.judge_text(value) if alone else _Verdict(value)

    def judge_name(self, value: str, item: DatasetField, may_hold_numbers: bool) -> _Verdict:
        verdict = self.judge_text(value) if may_hold_numbers else _Verdict(value)
        person_only = item.privacy is PrivacyClass.PERSON_NAME
        screened = screen_name(
            verdict.text, always_person=person_only, organizations=self.organizations
        )
        if screened.kind is NameKind.UNCERTAIN:
            verdict.rules.append(rule_texts.UNCERTAIN_NAME)
        if screened.kind is not NameKind.NOBODY:
            is_organization = screened.kind is NameKind.ORGANIZATION
            verdict.kind = ORGANIZATION if is_organization else NATURAL_PERSON
        verdict.text = screened.text
        verdict.named = screened.masked > 0
        return verdict

    def settle_names(
        self, item: DatasetField, column: pl.Series, verdicts: dict[str, _Verdict]
    ) -> None:
        """Count the masked values and say in the kind field whose names they are."""
        masked = [value for value, made in verdicts.items() if made.named]
        self.masked_names[item.name] = int(column.is_in(masked).sum()) if masked else 0
        if item.kind_field and item.privacy is PrivacyClass.PERSON_OR_ORGANIZATION:
            kinds = column.replace_strict(
                list(verdicts),
                [made.kind for made in verdicts.values()],
                default=None,
                return_dtype=pl.String,
            )
            self.frame = self.frame.with_columns(kinds.alias(item.kind_field))

    def report(self, item: DatasetField, column: pl.Series, verdicts: dict[str, _Verdict]) -> None:
        """One finding per row and rule; hold the rows that cannot be redacted."""
        telling = {value: made for value, made in verdicts.items() if made.rules}
        if not telling:
            return
        in_key = item.name in self.dataset.primary_key
        for row in column.is_in(list(telling)).fill_null(value=False).arg_true():
            value = column[row]
            made = telling[value]
            for rule in made.rules:
                if in_key and rule in _NUMBER_RULES:
                    self.hold(row, rule_texts.CANNOT_REDACT, item, made.text, rule.id)
                elif rule is rule_texts.HIT_RULES[HitKind.SECRET_MARK]:
                    self.hold(row, rule, item, made.text, rule.id)
                else:
                    self.tell(row, rule, item, made.text, rule.id)

    def hold_numeric_ids(self, item: DatasetField) -> None:
        """An identity number in a column of numbers cannot be redacted, so its row is held."""
        column = self.frame[item.name]
        for row in (column >= _SMALLEST_ID_NUMBER).fill_null(value=False).arg_true():
            text = str(column[row]).partition(".")[0]
            if len(text) == len("620521199001011234") and patterns.is_identity_number(
                text, self.today
            ):
                redacted = f"{text[:6]}********{text[-4:]}"
                self.hold(row, rule_texts.CANNOT_REDACT, item, redacted, "PII-01")

    def hold(self, row: int, rule: RuleText, item: DatasetField, value: str, pattern: str) -> None:
        self.held.add(row)
        self.tell(row, rule, item, value, pattern)

    def tell(self, row: int, rule: RuleText, item: DatasetField, value: str, pattern: str) -> None:
        self.findings.append(
            rule.finding(
                column=item.name,
                value=value,
                place=self.place(row),
                pattern=pattern,
                personal=True,
            )
        )

    def place(self, row: int) -> RowPlace | None:
        if not all(name in self.frame.columns for name in _LINEAGE):
            return None
        snapshot, container, position = (self.frame[name][row] for name in _LINEAGE)
        return RowPlace(int(snapshot), int(container), int(position))


def _may_hold_numbers(column: pl.Series) -> pl.Series:
    """The distinct values in which detection may find something; the others hold nothing."""
    return _matching(_matching(column, patterns.CANDIDATE), patterns.CLOSE_CANDIDATE)


def _matching(column: pl.Series, pattern: str) -> pl.Series:
    """The distinct values in which the pattern occurs."""
    return column.filter(column.str.contains(pattern).fill_null(value=False)).unique(
        maintain_order=True
    )


def _replaced(column: pl.Series, changed: dict[str, str]) -> pl.Series:
    return column.replace(list(changed), list(changed.values()))


def screen(
    frame: pl.DataFrame,
    dataset: Dataset,
    *,
    office_phones: Collection[str],
    today: dt.date,
    organizations: Collection[str] = (),
) -> Screened:
    """Take a batch through the gate.

    ``frame`` has the dataset's fields and the lineage columns of :mod:`schemas.batch`.
    ``office_phones`` are telephone numbers that may be published. ``organizations`` are names
    known to be no persons. Fields of class ``identifier`` are searched only for an identity
    number that stands alone. Names masked by a field's class make no findings; they are counted.
    """
    return _Gate(frame, dataset, office_phones, today, organizations).run()
