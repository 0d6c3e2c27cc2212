"""Finding personal numbers in a text and redacting them where they stand.

The order is that of the facts: identity numbers first (every number of Gansu begins with 62, the
prefix of UnionPay), then accounts and cards, then mobiles, then the rest.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from expectations.personal_data import patterns
from expectations.personal_data.folded_text import FoldedText, View


class HitKind(StrEnum):
    """What was found."""

    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    MASKED_ID = "masked_id"
    ADDRESS = "address"
    OLD_ID_NUMBER = "old_id_number"
    EMAIL = "email"
    PASSPORT = "passport"
    OFFICER_CARD = "officer_card"
    LICENCE_PLATE = "licence_plate"
    CERTIFICATE = "certificate"
    SECRET_MARK = "secret_mark"  # noqa: S105 - the name of a kind, not a password


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: the characters ``start:end`` of the original text.

    ``replacement`` is what is published instead; None where it is only told of. The matched text
    itself is not kept, so that a hit can be logged.
    """

    kind: HitKind
    start: int
    end: int
    replacement: str | None


_Judge = Callable[[re.Match[str]], str | None]


class _Search:
    """One text being searched; each hit takes its characters out of the search."""

    def __init__(
        self,
        text: str,
        office_phones: Collection[str],
        today: dt.date | None,
        *,
        addresses: bool = True,
    ) -> None:
        self.addresses = addresses
        self.folded = FoldedText(text)
        self.office_phones = office_phones
        self.today = today
        self.hits: list[Hit] = []

    def run(self) -> list[Hit]:
        plain, joined = self.folded.plain, self.folded.joined
        for match in patterns.HEXADECIMAL.finditer(plain().text):
            self.folded.claim(*plain().span(match.start(), match.end()))
        self.replace(HitKind.SECRET_MARK, patterns.SECRET_MARK, plain(), _told)
        for view in (plain, joined):
            self.replace(HitKind.ID_NUMBER, patterns.ID_NUMBER, view(), self.id_number)
        self.replace(HitKind.ID_NUMBER, patterns.OLD_ID_NUMBER, plain(), _labelled_old_id)
        for view in (plain, joined):
            self.replace(HitKind.CERTIFICATE, patterns.CERTIFICATE, view(), _certificate)
        self.replace(HitKind.BANK_CARD, patterns.LABELLED_ACCOUNT, plain(), _account, "number")
        for pattern in (patterns.CARD, patterns.GROUPED_CARD):
            self.replace(HitKind.BANK_CARD, pattern, plain(), _card, "number")
        for pattern in (patterns.MOBILE, patterns.GROUPED_MOBILE):
            self.replace(HitKind.MOBILE, pattern, plain(), self.mobile, "number")
        self.replace(HitKind.MOBILE, patterns.MOBILE, joined(), self.labelled_mobile, "number")
        for pattern in (patterns.MASKED_ID, patterns.HALF_MASKED_ID):
            self.replace(HitKind.MASKED_ID, pattern, plain(), _masked_id)
        homes = (patterns.VILLAGE_HOME, patterns.BUILDING_HOME) if self.addresses else ()
        for pattern in homes:
            self.replace(HitKind.ADDRESS, pattern, plain(), lambda _: "*", "home")
        for kind, pattern in _TOLD:
            self.replace(kind, pattern, plain(), _told)
        return sorted(self.hits, key=lambda hit: hit.start)

    def replace(
        self, kind: HitKind, pattern: re.Pattern[str], view: View, judge: _Judge, group: str = ""
    ) -> None:
        """Make hits of all matches the judge does not refuse (None)."""
        for match in pattern.finditer(view.text):
            replacement = judge(match)
            if replacement is None:
                continue
            start, end = view.span(*match.span(group or 0))
            self.folded.claim(start, end)
            kept = kind in KEPT_KINDS
            self.hits.append(Hit(kind, start, end, None if kept else replacement))

    def id_number(self, match: re.Match[str]) -> str | None:
        number = patterns.digits_of(match["number"])
        labelled = _follows(patterns.ID_LABEL, match)  # a mistyped number still tells who it is
        if not labelled and not patterns.is_identity_number(number, self.today):
            return None
        return f"{number[:6]}********{number[-4:]}" + "*" * len(match["suffix"])

    def mobile(self, match: re.Match[str]) -> str | None:
        number = patterns.digits_of(match["number"])
        if number in self.office_phones:
            return None
        return f"{number[:3]}****{number[-4:]}"

    def labelled_mobile(self, match: re.Match[str]) -> str | None:
        """Oddly grouped digits are a telephone number only where a word says so."""
        return self.mobile(match) if _follows(patterns.MOBILE_LABEL, match) else None


def _follows(label: re.Pattern[str], match: re.Match[str]) -> bool:
    return label.search(match.string[max(0, match.start() - 24) : match.start()]) is not None


def _told(match: re.Match[str]) -> str:
    return match[0]


def _certificate(match: re.Match[str]) -> str:
    """``贵2522016201808391`` says when its holder was certified: only grade and province stay."""
    return match["head"] + "*" * len(match["rest"])


def _labelled_old_id(match: re.Match[str]) -> str | None:
    if not _follows(patterns.ID_LABEL, match):
        return None
    return f"{match[0][:6]}*****{match[0][-4:]}"


def _account(match: re.Match[str]) -> str:
    return f"****{patterns.digits_of(match['number'])[-4:]}"


def _card(match: re.Match[str]) -> str | None:
    number = patterns.digits_of(match["number"])
    if not patterns.is_card_number(number) or _follows(patterns.CODE_LABEL, match):
        return None
    return f"****{number[-4:]}"


def _masked_id(match: re.Match[str]) -> str | None:
    """``6205211990****1234`` shows birth year and serial: hidden again as the facts say.

    What shows no more than a well masked number (six digits, eight stars; three digits and four
    of a telephone number) is left.
    """
    head, tail = match["head"], match["tail"]
    masked = len(match[0]) - len(head) - len(tail)
    if len(head) <= 6 and (len(head) < 6 or masked >= 5):
        return None
    return f"{head[:6]}********{tail}"


_TOLD: tuple[tuple[HitKind, re.Pattern[str]], ...] = (
    (HitKind.OLD_ID_NUMBER, patterns.OLD_ID_NUMBER),
    (HitKind.EMAIL, patterns.EMAIL),
    (HitKind.PASSPORT, patterns.PASSPORT),
    (HitKind.OFFICER_CARD, patterns.OFFICER_CARD),
    (HitKind.LICENCE_PLATE, patterns.LICENCE_PLATE),
)
KEPT_KINDS = frozenset({kind for kind, _ in _TOLD} | {HitKind.SECRET_MARK})
"""Kinds that are told of and stay as they are published."""


def normal_phones(office_phones: Collection[str]) -> frozenset[str]:
    """Office telephone numbers as bare digits without the country code."""
    digits = (patterns.digits_of(FoldedText(phone).plain().text) for phone in office_phones)
    return frozenset(re.sub(r"^(?:00)?86(?=1\d{10}$)", "", number) for number in digits)


def detect(
    text: str,
    *,
    office_phones: Collection[str] = (),
    today: dt.date | None = None,
    addresses: bool = True,
) -> list[Hit]:
    """Everything personal (or secret) in a text, in the order in which it stands.

    ``office_phones`` may be published. A birth date after ``today`` is none; without ``today``
    any date of the calendar is possible. Without ``addresses`` those are left: they are an
    organisation's.
    """
    return _Search(text, normal_phones(office_phones), today, addresses=addresses).run()


def redact(text: str, hits: Collection[Hit]) -> str:
    """The text with the replacement of every hit that has one; all else unchanged."""
    pieces = list(_pieces(text, sorted(hits, key=lambda hit: hit.start)))
    return "".join(pieces)


def _pieces(text: str, hits: list[Hit]) -> Iterator[str]:
    place = 0
    for hit in hits:
        if hit.replacement is not None:
            yield text[place : hit.start]
            yield hit.replacement
            place = hit.end
    yield text[place:]


def screen_text(
    text: str,
    *,
    office_phones: Collection[str] = (),
    today: dt.date | None = None,
    addresses: bool = True,
) -> tuple[str, list[Hit]]:
    """A single text made fit to be shown: (redacted, hits).

    For messages, values of findings, raw records shown in public, page titles. Names are not
    masked: no text says by itself which words are a name. Redacting again changes nothing.
    """
    redacted_hits: list[Hit] = []
    while True:
        hits = detect(text, office_phones=office_phones, today=today, addresses=addresses)
        redacting = [hit for hit in hits if hit.replacement is not None]
        if not redacting:
            return text, redacted_hits + hits
        redacted_hits += redacting
        text = redact(text, redacting)
