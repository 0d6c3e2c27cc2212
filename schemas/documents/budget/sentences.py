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

from schemas.documents.budget.comparing import GrowthNumbers, growth_agrees, share_agrees
from schemas.documents.budget.passages import ENUMERATOR, folded
from schemas.documents.budget.printed_numbers import YUAN, Kind, Mark, marks_in
from schemas.documents.budget.subjects import chain_of, subject_of

FUNCTION = "function:"
_NEEDS_BASIC = ("personnel", "operation", "project_expenditure")
"""Also parts of single projects, unless the passage speaks of basic expenditure."""
LONGEST_SENTENCE = 120

_UP, _DOWN = "增加|增长|上升|提高|上涨", "减少|下降|降低|下调|压减"
_GROWTH = re.compile(rf"(?P<before>.*?)(?P<word>{_UP}|{_DOWN})(?:了|额|率)?(?:为|约)?$")
_BASE = re.compile(
    r"(?:比|较|与|同)(?P<base>.*(?:年度?|年|预算数?|决算数?|执行数|同期|年初数?))(?:相比)?"
)
_SAME_BASE = re.compile(r"(?:与|比|较|同)(?P<base>[^，]*?)相比")
_RELATIVE = re.compile(r"(?:同比|环比|均|各|分别)+")
_BUDGET_COMPLETED = re.compile(r".*完成(?:了)?(?:年初|全年|调整)?预算数?(?:为)?")
_MORE_THAN = re.compile(
    r"(?:大于|小于|高于|低于|超过|多于|少于|超)(?:年初|全年|调整)?预算数?(?:为)?$"
)
_COMPARED = re.compile(r"(?:与|比|较|同)([^，。；：]*?)相比")
_SHARE = re.compile(
    r"(?P<before>.*?)占(?:比|比重|比例)?(?P<whole>.*?)(?:的?比重|的?比例|的|比)*(?:为|达|约)?$"
)
_COMPLETED = re.compile(r"(?P<before>.*?)(?:完成|为|占)(?P<whole>[^，。；]*?预算数?)的?(?:为)?$")
_CAUSE = re.compile(r"原因|由于|因为|主要是|系|调[增减]|追加")
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_LAST_YEAR = re.compile(r"(?:上年|上一年|去年|上年度)(?:度)?(?!结转|结余|末结转|末结余)")
_OPENING = re.compile(r"(?:年初|全年|调整)?预算(?:数|安排)?(?:总额)?(?:为|是|共)*$")
_OPENING_WORDS = re.compile(r"(?:年初|全年|调整)预算数?(?:为|是)*$")
_ABOUT = re.compile(r"(?:约|近|超|超过|不超过|逾|低于|高于)(?:为)?$")
_MEASURE = re.compile(
    r"(?:(?:19|20)\d{2}年(?:度)?)?(?:当年|年初|本年|全年)?(?:支出|收入)?"
    r"(?:预算|决算|执行)(?:执行)?(?:安排|支出|拨款)?(?:数|额)?(?:安排)?(?:为|是|共)*"
)
_CHAIN = re.compile(
    r"[^（）“”\"。，；：、]{2,40}（\d*类）(?:支出)?[^（）“”\"。，；：]{2,40}（\d*款）(?:支出)?"
    r"(?:[^（）“”\"。，；：]{2,40}（\d*项）)?"
)
_BOUNDARY = re.compile(r"[。；，：:;！]|(?<!收)(?<!收入)、")
_SENTENCE_END = re.compile(r"[。！]")
_BARE_YEAR = re.compile(r"(?:^|[。；，])(?:在)?((?:19|20)\d{2})年度?[，,]$")


@dataclass(frozen=True, slots=True)
class Said:
    """A number with what it says. ``amount``, ``base`` and ``change`` are yuan."""

    kind: str
    offset: int
    label: str
    value: str
    unit: str
    subject: str = ""
    role: str = ""
    decimals: int = 0
    amount: Decimal | None = None
    direction: str = ""
    compared: str = ""
    base: Decimal | None = None
    change: Decimal | None = None

    def precision(self, places: dict[str, int]) -> Decimal | None:
        """One unit of the last place of amounts: in the booklet, where it is known for the unit
        (``10万元`` beside ``3.25万元`` is 10.00), else of this number."""
        if self.unit not in YUAN:
            return None
        return YUAN[self.unit].scaleb(-max(places.get(self.unit, 0), self.decimals))


def said_in(text: str, organization_name: str, fiscal_year: str, stage: str) -> Iterator[Said]:
    """What a passage says in numbers, in order."""
    yield from _Reading(text, organization_name, fiscal_year, stage).read()


def sentence_around(text: str, offset: int) -> str:
    """The sentence that holds a character; of a long one the part around it."""
    start = max((end.end() for end in re.finditer(r"[。；;]", text[:offset])), default=0)
    end = re.compile(r"[。；;]").search(text, offset)
    sentence = text[start : end.end() if end else len(text)]
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    begin = max(0, min(offset - start - LONGEST_SENTENCE // 2, len(sentence) - LONGEST_SENTENCE))
    return f"…{sentence[begin : begin + LONGEST_SENTENCE]}…"


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
        lead = _lead(plain, mark, before)
        if "原因" in plain[_clause_start(plain, mark.start) : mark.start]:
            return None  # what a change comes from, not what the tables say
        if mark.kind is Kind.EQUAL:
            return self._equal(plain, mark, lead)
        growth = _GROWTH.fullmatch(lead)
        if growth and mark.kind in (Kind.MONEY, Kind.PERCENT):
            return self._growth(plain, mark, growth)
        if _MORE_THAN.search(lead):
            return None
        completed = _COMPLETED.fullmatch(lead)
        if completed and mark.kind is Kind.PERCENT:
            return self._completed(mark, completed)
        if lead == "的" and mark.kind is Kind.PERCENT and self.amounts:
            return self._completed_of(mark, self.amounts[-1])
        share = _SHARE.fullmatch(lead)
        if share and mark.kind in (Kind.PERCENT, Kind.NOTHING):
            return self._share(mark, share)
        if mark.kind is Kind.MONEY:
            return self._amount(plain, mark, lead)
        label = _label(lead)
        if mark.kind is Kind.COUNT and label:
            return Said("count", mark.start, label, mark.text, mark.unit)
        return None

    # -- amounts ------------------------------------------------------------------------------
    def _amount(self, plain: str, mark: Mark, lead: str) -> Said | None:
        label = _label(lead)
        if _BUDGET_COMPLETED.fullmatch(lead):
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
        years = _YEAR.findall(lead)
        if not years:
            alone = _BARE_YEAR.search(plain[: mark.start - len(lead)])
            years = [alone[1]] if alone else []
        if (years and self.year not in years) or _LAST_YEAR.search(lead):
            return "base_year"
        if self.stage == "final_accounts" and _OPENING.search(lead):
            return "opening_budget"
        if _ABOUT.search(lead) or plain[mark.end :].startswith(("左右", "余", "多")):
            return "about"
        return "current"

    def _subject(self, plain: str, mark: Mark, label: str) -> tuple[str, str]:
        """Subject and label; a mere 「预算安排」 or 「支出决算」 is about what was named before."""
        chain = chain_of(label)
        if chain:
            return FUNCTION + "/".join(chain), label
        named = _OPENING_WORDS.sub("", label)
        if subject_of(named, self.organization) in _NEEDS_BASIC and "基本支出" not in plain:
            return "", label
        if label and not _MEASURE.fullmatch(label):
            return subject_of(named, self.organization), label
        if not label:
            return "", ""
        chains = list(_CHAIN.finditer(plain, 0, mark.start))
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
        base = _SAME_BASE.search(lead) or _BASE.search(lead)
        compared = base["base"] if base else self._compared(plain, mark)
        if not compared or mark.text.startswith("基本") or _CAUSE.search(lead):
            return None
        label = _without_relative(lead[: base.start()] if base else lead)
        about = self._about(plain, mark, label)
        said = Said(
            "growth", mark.start, label, mark.text, "", direction="equal", compared=compared
        )
        said = replace(said, base=self._base(plain, mark, compared, about))
        return _closest(said, about)

    def _growth(self, plain: str, mark: Mark, growth: re.Match[str]) -> Said | None:
        lead = growth["before"].lstrip("（")
        if _CAUSE.search(lead):
            return None
        base = _SAME_BASE.search(lead) or _BASE.search(lead)
        compared = base["base"] if base else self._compared(plain, mark)
        label = _without_relative(f"{lead[: base.start()]}{lead[base.end() :]}" if base else lead)
        about = self._about(plain, mark, label)
        direction = "increase" if growth["word"] in _UP.split("|") else "decrease"
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
            return _closest(replace(said, change=mark.yuan), about)
        if mark.unit != "%":
            return said
        change = self._change_before(plain, mark, label)
        if change is not None:
            said = replace(said, change=change.change, compared=said.compared or change.compared)
            if not label and change.amount is not None:
                about = [*about, *(one for one in self.amounts if one.amount == change.amount)]
        return _closest(said, about)

    def _compared(self, plain: str, mark: Mark) -> str:
        """What the sentence compares with, named in an earlier clause."""
        found = _COMPARED.findall(plain[_sentence_start(plain, mark.start) : mark.start])
        if found:
            return str(found[-1])
        start = _sentence_start(plain, mark.start)
        earlier = [one.compared for one in self.changes if one.offset >= start]
        return earlier[-1] if earlier else ""

    def _change_before(self, plain: str, mark: Mark, label: str) -> Said | None:
        """「减少63.14万元，下降2.10%」: the difference that a percentage belongs to."""
        start = _sentence_start(plain, mark.start)
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
        start = _sentence_start(plain, mark.start)
        return [one for one in current if one.offset >= start] or current[-1:]

    def _base(self, plain: str, mark: Mark, compared: str, about: Iterable[Said]) -> Decimal | None:
        """The amount that the passage gives for what is compared with."""
        years = _YEAR.findall(compared)
        opening = "预算" in compared and (not years or self.year in years)
        role = "opening_budget" if opening else "base_year"
        subjects = {one.subject for one in about}
        start = _sentence_start(plain, mark.start)
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
        before = _label(share["before"])
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
            and share_agrees(part.amount, one.amount, mark.number, mark.decimals, _ulp(part))
        ]
        named = fitting or wholes[:1]
        return replace(
            said,
            base=named[0].amount if named else None,
            compared=share["whole"] or (named[0].label if named else ""),
        )


def _lead(plain: str, mark: Mark, before: Mark | None) -> str:
    """The words before a number: back to the last comma or the number before."""
    begin = before.end if before is not None else 0
    ends = [matched.end() for matched in _BOUNDARY.finditer(plain, begin, mark.start)]
    return plain[ends[-1] if ends else begin : mark.start].strip()


def _label(lead: str) -> str:
    """The lead without enumerator, quotes around it and closing verb."""
    label = ENUMERATOR.sub("", lead).strip("\"'（ ").lstrip("”").rstrip("“")
    label = label.removeprefix("其中")
    label = re.sub(r"(?:为|是|共计|合计为|总计为|共|达|达到)+$", "", label)
    if label.startswith("“") and ("”" not in label or re.fullmatch("“[^”]*”", label)):
        return label.strip("“”")
    return label.removesuffix("”") if "“" not in label else label


def _without_relative(lead: str) -> str:
    """A label without 同比, 各 and the like."""
    return _RELATIVE.sub("", _label(lead))


def _sentence_start(plain: str, offset: int) -> int:
    ends = [matched.end() for matched in _SENTENCE_END.finditer(plain, 0, offset)]
    return ends[-1] if ends else 0


def _clause_start(plain: str, offset: int) -> int:
    ends = [matched.end() for matched in re.finditer("[。；！]", plain[:offset])]
    return ends[-1] if ends else 0


def _ulp(said: Said) -> Decimal:
    return YUAN[said.unit].scaleb(-said.decimals) if said.unit in YUAN else Decimal(0)


def _closest(said: Said, about: list[Said]) -> Said:
    """Growth with the amount that agrees with it, else the last it may be about."""
    fitting = [
        one
        for one in about
        if one.amount is not None
        and growth_agrees(
            GrowthNumbers(
                one.amount,
                said.base,
                said.change,
                Decimal(re.sub("[,，]", "", said.value)) if said.unit == "%" else None,
                said.decimals,
                said.direction,
            ),
            max(_ulp(one), Decimal(100)),
        )
    ]
    chosen = (fitting or about)[-1:]
    if not chosen:
        return said
    one = chosen[0]
    return replace(said, amount=one.amount, label=said.label or one.label, subject=one.subject)
