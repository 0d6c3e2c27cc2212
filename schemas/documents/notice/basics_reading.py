"""What every notice says of its procurement: number, name, method, purchaser, agency, days."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemas.documents.notice.amount_text import Amount, read_amount
from schemas.documents.notice.day_text import day_in, moment_in
from schemas.documents.notice.notice import NoticeFacts, NoticeRow, Value
from schemas.documents.notice.party_text import cleaned, is_nobody, is_organization
from schemas.documents.notice.sections import Section
from schemas.documents.notice.statements import Statement
from schemas.documents.notice.wording import Key, compact, fold

_DAYS = {
    Key.AWARDED_ON: "awarded_on",
    Key.TENDER_NOTICE_ON: "tender_notice_on",
    Key.OPENED_ON: "bids_opened_on",
    Key.EVALUATED_ON: "evaluated_on",
    Key.SIGNED_ON: "signed_on",
    Key.DECIDED_ON: "decided_on",
}
_METHOD_IN_TEXT = re.compile(
    r"公开招标|邀请招标|竞争性谈判|竞争性磋商|询价|单一来源|(?:封闭式|开放式)?框架协议|合作创新采购|电子卖场|网上超市|网上商城|网上竞价|电子竞价"
)
_EXPERTS_OF_SINGLE_SOURCE = re.compile(r"单一来源采购人员|单一来源采购小组")
_ONLY_IN = (
    Section.AWARD,
    Section.FAILED,
    Section.ITEMS,
    Section.FEES,
    Section.EXPERTS,
    Section.BIDDERS,
)


def put_basics(row: NoticeRow, statements: list[Statement], facts: NoticeFacts) -> None:
    """Fill in what the notice says of its procurement as a whole."""
    number = _first(statements, Key.PROJECT_NUMBER) or _fact(facts, "project_number")
    _put(row, "project_number", _number(number))
    _put(row, "project_name", _name(_first(statements, Key.PROJECT_NAME)))
    if "project_name" not in row.values and facts.title:
        row.put("project_name", project_of_title(facts.title), facts.places.get("title", ""))
    _put(row, "purchaser_name", _party(statements, Key.PURCHASER) or _fact(facts, "purchaser"))
    if "purchaser_name" not in row.values and "project_name" in row.values:
        named = _purchaser_of_title(facts.title, row.values["project_name"].text)
        row.put("purchaser_name", named, facts.places.get("title", ""))
    _put(row, "agency_name", _party(statements, Key.AGENCY) or _fact(facts, "agency"))
    _put_method(row, statements, facts)
    for key, column in _DAYS.items():
        found = _first(statements, key)
        if found is not None:
            row.put(column, day_in(found.text), found.place)
    _put_money(row, "budget_cny", statements, Key.BUDGET)
    _put_money(row, "ceiling_price_cny", statements, Key.CEILING)
    _put_published(row, statements, facts)
    row.put("notice_id", facts.record_id, facts.places.get("record_id", ""))
    row.put("notice_title", facts.title, facts.places.get("title", ""))
    row.put("notice_url", facts.url, facts.places.get("url", ""))


def _fact(facts: NoticeFacts, name: str) -> Value | None:
    text = str(getattr(facts, name))
    return Value(text, facts.places.get(name, "")) if text else None


def _put(row: NoticeRow, column: str, value: Value | None) -> None:
    if value is not None:
        row.put(column, value.text, value.place)


def _said(statements: Iterable[Statement], key: Key) -> Iterable[Statement]:
    """Pairs of that meaning with a value, those of sections of their own last."""
    wanted = [
        item for item in statements if item.key is key and item.label and not is_nobody(item.value)
    ]
    wanted = [item for item in wanted if item.value]
    return sorted(wanted, key=lambda item: item.section in _ONLY_IN)


def _first(statements: list[Statement], key: Key) -> Value | None:
    found = next(iter(_said(statements, key)), None)
    return Value(found.value, found.place) if found is not None else None


def _number(value: Value | None) -> Value | None:
    """A number without what portals put behind it: （招标文件编号：…）."""
    if value is None:
        return None
    text = re.split(r"[(（]\s*(?:招标|采购|磋商|谈判|询价)?文件?编号|[;；]|\s{2,}", value.text)[0]
    text = re.sub(r"[(（][^()（）]*$", "", text)
    return Value(text.strip(" 。,，、"), value.place)


def _name(value: Value | None) -> Value | None:
    if value is None:
        return None
    text = value.text.strip()
    for opening, closing in ("（）", "()"):
        if text.count(opening) > text.count(closing) and text.endswith(opening):
            text = text[:-1]
    return Value(text.strip(" ;；。"), value.place)


def project_of_title(title: str) -> str:
    """A title without what says which kind of notice it is."""
    plain = re.sub(
        r"[\s]*(?:政府采购)?(?:公开招标|邀请招标|竞争性磋商|竞争性谈判|询价|单一来源)?(?:采购)?(?:中标|成交|结果|废标|合同|更正|投诉处理)?"
        r"\s*(?:[（(](?:成交|中标)[)）])?(?:结果)?(?:的)?(?:公告|公示|通知书?|通告)\s*$",
        "",
        title.strip(),
    )
    return plain or title.strip()


def _party(statements: list[Statement], key: Key) -> Value | None:
    """A party: where its name stands among the contacts, else where it is named first.

    A name that reads like one goes before words such as 「甲中心，具体由乙公司组织实施」.
    """
    named = [item for item in statements if item.value and not is_nobody(item.value)]
    contacts = [item for item in named if item.key is Key.NAME and item.party is key]
    labelled = [item for item in named if item.key is key and item.section is not Section.FEES]
    below = [
        item
        for item in named
        if item.party is key and item.section is Section.CONTACT and not item.label
    ]
    found = [Value(_whole_name(item.value), item.place) for item in (*contacts, *labelled, *below)]
    return next((one for one in found if is_organization(one.text)), next(iter(found), None))


def _purchaser_of_title(title: str, project: str) -> str:
    """The purchaser that a title puts before the name of the project; empty for none."""
    before, name, _ = title.partition(project)
    alone = before.strip()
    if not name or not project or re.search(r"关于|代理|招标|咨询|管理有限公司|委托", alone):
        return ""
    return alone if is_organization(alone) else ""


def _whole_name(text: str) -> str:
    return cleaned(re.split(r"[;；]|\s{2,}", text.strip())[0])


def _put_method(row: NoticeRow, statements: list[Statement], facts: NoticeFacts) -> None:
    """The method as stated, and its known name.

    The heading 「评审专家（单一来源采购人员）名单」 is part of the form and says nothing.
    """
    stated = _first(statements, Key.METHOD)
    if stated is not None:
        row.put("procurement_method_published", stated.text.rstrip(")）。 "), stated.place)
        known = _METHOD_IN_TEXT.search(stated.text)
        if known:
            row.put("procurement_method", known[0], stated.place)
        return
    title = fold(facts.title)
    named = "" if _EXPERTS_OF_SINGLE_SOURCE.search(title) else _last_method(title)
    row.put("procurement_method", named, facts.places.get("title", ""))
    row.put("procurement_method_published", named, facts.places.get("title", ""))


def _last_method(title: str) -> str:
    found = _METHOD_IN_TEXT.findall(title[-30:])
    return found[-1] if found else ""


def _put_money(row: NoticeRow, column: str, statements: list[Statement], key: Key) -> None:
    """An amount of the whole procurement; nothing where the notice states several."""
    read = [
        (read_amount(item.value, item.label), item.place)
        for item in statements
        if item.key is key and item.value and item.section is not Section.FEES
    ]
    amounts = [(found.cny, place) for found, place in read if isinstance(found, Amount)]
    if amounts and len({cny for cny, _ in amounts}) == 1 and amounts[0][0] is not None:
        row.put(column, f"{amounts[0][0]:f}", amounts[0][1])


def _put_published(row: NoticeRow, statements: list[Statement], facts: NoticeFacts) -> None:
    if moment_in(facts.published):
        row.put("published_at", moment_in(facts.published), facts.places.get("published", ""))
        return
    for item in statements:
        if (
            item.key is Key.PUBLISHED_AT
            and moment_in(item.value)
            and compact(item.label) != "公示时间"
        ):
            row.put("published_at", moment_in(item.value), item.place)
            return
    for item in reversed(statements):
        if not item.label and re.fullmatch(
            r".{0,40}\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*", fold(item.value)
        ):
            row.put("published_at", day_in(item.value), item.place)
            return
