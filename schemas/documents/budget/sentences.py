"""What one passage says in numbers: amounts, growth, shares, counts.

A number is read by the words before it (its lead): 「比2024年预算增加107.62万元」 is growth,
「占79.49%」 a share, 「2023年当年预算执行数为60.13万元」 another year's amount. Where the words
leave open which amount growth or a share is about, the one that agrees is taken: a reader would,
too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from schemas.documents.budget.comparing import share_agrees
from schemas.documents.budget.leads import (
    ABOUT,
    BARE_YEAR,
    BASE,
    BUDGET_COMPLETED,
    CAUSE,
    CHAIN,
    COMPARED,
    COMPLETED,
    GROWTH,
    LAST_YEAR,
    MEASURE,
    MORE_THAN,
    OPENING,
    OPENING_WORDS,
    SAME_BASE,
    SHARE,
    UP,
    YEAR,
    clause_start,
    label_of,
    label_without_relative,
    lead_of,
    sentence_start,
)
from schemas.documents.budget.passages import folded
from schemas.documents.budget.printed_numbers import Kind, Mark, marks_in
from schemas.documents.budget.said import FUNCTION, Said, closest, last_place
from schemas.documents.budget.subjects import chain_of, subject_of

_NEEDS_BASIC = ("personnel", "operation", "project_expenditure")
"""Also parts of single projects, unless the passage speaks of basic expenditure."""


def said_in(text: str, organization_name: str, fiscal_year: str, stage: str) -> Iterator[Said]:
    """What a passage says in numbers, in order."""
    yield from _Reading(text, organization_name, fiscal_year, stage).read()


@dataclass(slots=True)
class _Reading:
    """Reads one passage from left to right and remembers what was said before."""

    text: str
    organization: str
    year: str
    stage: str
    amounts: list[Said] = field(default_factory=list)
    changes: list[Said] = field(default_factory=list)

    def read(self) -> Iterator[Said]:
        plain = folded(self.text)
        before: Mark | None = None
        for mark in marks_in(self.text):
            said = self._one(plain, mark, before)
            before = mark
            if said is None:
                continue
            if said.kind == "amount":
                self.amounts.append(said)
            elif said.kind == "growth":
                self.changes.append(said)
            yield said

    def _one(self, plain: str, mark: Mark, before: Mark | None) -> Said | None:
        lead = lead_of(plain, mark, before)
        if "原因" in plain[clause_start(plain, mark.start) : mark.start]:
            return None  # what a change comes from, not what the tables say
        if mark.kind is Kind.EQUAL:
            return self._equal(plain, mark, lead)
        growth = GROWTH.fullmatch(lead)
        if growth and mark.kind in (Kind.MONEY, Kind.PERCENT):
            return self._growth(plain, mark, growth)
        if MORE_THAN.search(lead):
            return None
        completed = COMPLETED.fullmatch(lead)
        if completed and mark.kind is Kind.PERCENT:
            return self._completed(mark, completed)
        if lead == "的" and mark.kind is Kind.PERCENT and self.amounts:
            return self._completed_of(mark, self.amounts[-1])
        share = SHARE.fullmatch(lead)
        if share and mark.kind in (Kind.PERCENT, Kind.NOTHING):
            return self._share(mark, share)
        if mark.kind is Kind.MONEY:
            return self._amount(plain, mark, lead)
        label = label_of(lead)
        if mark.kind is Kind.COUNT and label:
            return Said("count", mark.start, label, mark.text, mark.unit)
        return None

    # -- amounts ------------------------------------------------------------------------------
    def _amount(self, plain: str, mark: Mark, lead: str) -> Said | None:
        label = label_of(lead)
        if BUDGET_COMPLETED.fullmatch(lead):
            return self._completed_budget(mark)
        role = self._role(plain, mark, lead)
        subject, spoken = self._subject(plain, mark, label)
        if not spoken:
            return None
        return Said(
            "amount",
            mark.start,
            spoken,
            mark.text,
            mark.unit,
            subject,
            role,
            mark.decimals,
            mark.yuan,
        )

    def _role(self, plain: str, mark: Mark, lead: str) -> str:
        years = YEAR.findall(lead)
        if not years:
            alone = BARE_YEAR.search(plain[: mark.start - len(lead)])
            years = [alone[1]] if alone else []
        if (years and self.year not in years) or LAST_YEAR.search(lead):
            return "base_year"
        if self.stage == "final_accounts" and OPENING.search(lead):
            return "opening_budget"
        if ABOUT.search(lead) or plain[mark.end :].startswith(("左右", "余", "多")):
            return "about"
        return "current"

    def _subject(self, plain: str, mark: Mark, label: str) -> tuple[str, str]:
        """Subject and label; a mere 「预算安排」 or 「支出决算」 is about what was named before."""
        chain = chain_of(label)
        if chain:
            return FUNCTION + "/".join(chain), label
        named = OPENING_WORDS.sub("", label)
        if subject_of(named, self.organization) in _NEEDS_BASIC and "基本支出" not in plain:
            return "", label
        if label and not MEASURE.fullmatch(label):
            return subject_of(named, self.organization), label
        if not label:
            return "", ""
        chains = list(CHAIN.finditer(plain, 0, mark.start))
        last = self.amounts[-1] if self.amounts else None
        if chains and (last is None or last.offset < chains[-1].start()):
            names = chain_of(chains[-1][0])
            return (FUNCTION + "/".join(names) if names else ""), chains[-1][0]
        own = subject_of(label, self.organization)
        if own and (last is None or not last.subject.startswith(FUNCTION)):
            return own, label
        return (last.subject, last.label) if last else ("", "")

    def _completed_budget(self, mark: Mark) -> Said | None:
        """「完成全年预算84.82万元的73.2%」: the budget of what was named before."""
        last = self._current()[-1:]
        if not last:
            return None
        return Said(
            "amount",
            mark.start,
            last[0].label,
            mark.text,
            mark.unit,
            last[0].subject,
            "opening_budget",
            mark.decimals,
            mark.yuan,
        )

    def _current(self) -> list[Said]:
        return [one for one in self.amounts if one.role == "current"]

    # -- growth -------------------------------------------------------------------------------
    def _equal(self, plain: str, mark: Mark, lead: str) -> Said | None:
        base = SAME_BASE.search(lead) or BASE.search(lead)
        compared = base["base"] if base else self._compared(plain, mark)
        if not compared or mark.text.startswith("基本") or CAUSE.search(lead):
            return None
        label = label_without_relative(lead[: base.start()] if base else lead)
        about = self._about(plain, mark, label)
        said = Said(
            "growth", mark.start, label, mark.text, "", direction="equal", compared=compared
        )
        said = replace(said, base=self._base(plain, mark, compared, about))
        return closest(said, about)

    def _growth(self, plain: str, mark: Mark, growth: re.Match[str]) -> Said | None:
        lead = growth["before"].lstrip("（")
        if CAUSE.search(lead):
            return None
        base = SAME_BASE.search(lead) or BASE.search(lead)
        compared = base["base"] if base else self._compared(plain, mark)
        label = label_without_relative(
            f"{lead[: base.start()]}{lead[base.end() :]}" if base else lead
        )
        about = self._about(plain, mark, label)
        direction = "increase" if growth["word"] in UP.split("|") else "decrease"
        said = Said(
            "growth",
            mark.start,
            label,
            mark.text,
            mark.unit,
            decimals=mark.decimals,
            direction=direction,
            compared=compared,
            base=self._base(plain, mark, compared, about),
        )
        if mark.kind is Kind.MONEY:
            return closest(replace(said, change=mark.yuan), about)
        if mark.unit != "%":
            return said
        change = self._change_before(plain, mark, label)
        if change is not None:
            said = replace(said, change=change.change, compared=said.compared or change.compared)
            if not label and change.amount is not None:
                about = [*about, *(one for one in self.amounts if one.amount == change.amount)]
        return closest(said, about)

    def _compared(self, plain: str, mark: Mark) -> str:
        """What the sentence compares with, named in an earlier clause."""
        found = COMPARED.findall(plain[sentence_start(plain, mark.start) : mark.start])
        if found:
            return str(found[-1])
        start = sentence_start(plain, mark.start)
        earlier = [one.compared for one in self.changes if one.offset >= start]
        return earlier[-1] if earlier else ""

    def _change_before(self, plain: str, mark: Mark, label: str) -> Said | None:
        """「减少63.14万元，下降2.10%」: the difference that a percentage belongs to."""
        start = sentence_start(plain, mark.start)
        last = self.changes[-1] if self.changes else None
        last_amount = self.amounts[-1].offset if self.amounts else -1
        if last is None or label or last.offset < max(start, last_amount) or last.unit == "%":
            return None
        return last if last.change is not None else None

    def _about(self, plain: str, mark: Mark, label: str) -> list[Said]:
        """The amounts that growth may be about."""
        current = self._current()
        if label:
            subject = subject_of(label, self.organization)
            return [
                one
                for one in current
                if (subject and one.subject == subject) or one.label.endswith(label)
            ]
        start = sentence_start(plain, mark.start)
        return [one for one in current if one.offset >= start] or current[-1:]

    def _base(self, plain: str, mark: Mark, compared: str, about: Iterable[Said]) -> Decimal | None:
        """The amount that the passage gives for what is compared with."""
        years = YEAR.findall(compared)
        opening = "预算" in compared and (not years or self.year in years)
        role = "opening_budget" if opening else "base_year"
        subjects = {one.subject for one in about}
        start = sentence_start(plain, mark.start)
        given = [
            one
            for one in self.amounts
            if one.role == role and one.offset >= start and one.subject in subjects
        ]
        return given[-1].amount if given else None

    # -- shares -------------------------------------------------------------------------------
    def _completed(self, mark: Mark, completed: re.Match[str]) -> Said | None:
        current = self._current()
        if not current:
            return None
        part = current[-1]
        wholes = [
            one
            for one in self.amounts
            if one.role == "opening_budget"
            and one.label
            and one.subject == part.subject
            and (one.subject or one.label == part.label)
        ]
        return Said(
            "share",
            mark.start,
            part.label,
            mark.text,
            mark.unit,
            part.subject,
            decimals=mark.decimals,
            amount=part.amount,
            compared=completed["whole"],
            base=wholes[-1].amount if wholes else None,
        )

    def _completed_of(self, mark: Mark, whole: Said) -> Said | None:
        """A percentage of the budget that was named just before."""
        current = self._current()
        if whole.role != "opening_budget" or not current:
            return None
        return Said(
            "share",
            mark.start,
            whole.label,
            mark.text,
            mark.unit,
            whole.subject,
            decimals=mark.decimals,
            amount=current[-1].amount,
            compared="预算",
            base=whole.amount,
        )

    def _share(self, mark: Mark, share: re.Match[str]) -> Said | None:
        current = self._current()
        before = label_of(share["before"])
        if before:
            current_of = [one for one in current if one.label.endswith(before)]
            part = current_of[-1] if current_of else None
        else:
            part = current[-1] if current else None
        if part is None or (mark.kind is Kind.NOTHING and share["whole"]):
            return None
        said = Said(
            "share",
            mark.start,
            part.label,
            mark.text,
            mark.unit,
            part.subject,
            decimals=mark.decimals,
            amount=part.amount,
            compared=share["whole"],
        )
        whole = subject_of(share["whole"], self.organization) if share["whole"] else ""
        wholes = [
            one
            for one in current
            if one.offset < part.offset and (not share["whole"] or (whole and one.subject == whole))
        ]
        fitting = [
            one
            for one in wholes
            if one.amount is not None
            and part.amount is not None
            and share_agrees(part.amount, one.amount, mark.number, mark.decimals, last_place(part))
        ]
        named = fitting or wholes[:1]
        return replace(
            said,
            base=named[0].amount if named else None,
            compared=share["whole"] or (named[0].label if named else ""),
        )
