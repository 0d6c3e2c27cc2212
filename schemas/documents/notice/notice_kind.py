"""What kind of notice a notice is: from its title, from what its portal files it under, its words.

Only awards, contracts and complaints of government procurement are read; all others are recognised
so that they can be excluded with their reason. A list of candidates is never an award.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from schemas.documents.notice.wording import fold


class NoticeKind(StrEnum):
    """Kinds of notices; the forms of 财办库〔2020〕50号 and what portals show beside them."""

    AWARD = "award"
    CONTRACT = "contract"
    COMPLAINT = "complaint"
    CANDIDATES = "candidates"
    CORRECTION = "correction"
    TERMINATION = "termination"
    TENDER = "tender"
    SINGLE_SOURCE = "single_source"
    INTENTION = "intention"
    ACCEPTANCE = "acceptance"
    SUPERVISION = "supervision"
    ENGINEERING_TENDER = "engineering_tender"
    ENGINEERING_AWARD = "engineering_award"
    PROPERTY_TRADE = "property_trade"
    LAND_TRADE = "land_trade"
    OTHER_TRADE = "other_trade"
    UNKNOWN = "unknown"


_K = NoticeKind
_CLOSE = r"[\s()（）\[\]【】_\-—第一二三四五六七八九十\d次号]*$"
_NOTICE = r"(?:公告|公示|通知|通告|公布|事项|文件|说明|函|书|信息)"
_BY_TITLE: tuple[tuple[NoticeKind, str], ...] = (
    (
        _K.CORRECTION,
        rf"(?:更正|变更|澄清|补遗|答疑|延期|勘误|修改|补充|顺延)(?:招标|采购|磋商|谈判|中标|成交|结果|开标)*{_NOTICE}"
        rf"|(?:更正|变更|澄清|答疑|补遗){_CLOSE}",
    ),
    (
        _K.TERMINATION,
        rf"(?:终止|中止|废标|流标|暂停|取消|撤销|撤回|作废|采购失败|招标失败|失败)(?:招标|采购|磋商|谈判|项目|结果|中标|成交|的)*{_NOTICE}"
        rf"|(?:终止|废标|流标){_CLOSE}",
    ),
    (_K.COMPLAINT, r"投诉.{0,8}(?:处理|决定|结果)|(?:投诉|质疑)处理"),
    (_K.SUPERVISION, r"监督检查|行政处罚|处罚(?:决定|结果|公告)|考核结果|举报"),
    (
        _K.CANDIDATES,
        rf"候选|预中标|预成交|拟中标|拟成交|拟定(?:供应商|成交)|(?:评标|评审|开标|资格审查|资审)(?:情况|结果)?(?:公示|公告){_CLOSE}",
    ),
    (_K.SINGLE_SOURCE, r"单一来源.{0,20}(?:公示|征求意见|论证|审核前)(?!.*(?:结果|成交))"),
    (_K.INTENTION, r"采购意向|意向公开|意向公告"),
    (_K.ACCEPTANCE, r"验收|履约评价|履约情况"),
    (
        _K.CONTRACT,
        rf"合同(?:公告|公示|备案|信息|签订|公开|变更)?(?:公告|公示)?{_CLOSE}|合同(?:公告|公示)",
    ),
    (
        _K.PROPERTY_TRADE,
        r"产权|股权|资产(?:转让|出租|处置)|招租|出租|拍卖|转让(?:公告|公示|结果)|挂牌(?:公告|公示)",
    ),
    (_K.LAND_TRADE, r"土地(?:使用权)?(?:出让|转让|挂牌|成交)|国有建设用地|地块|采矿权|探矿权"),
    (
        _K.AWARD,
        rf"(?:中标|成交|中选|入围|采购|定标|结果|入选|招标|遴选|谈判|磋商|询价)\s*[（(]?(?:成交|中标)?[)）]?\s*(?:结果)?(?:的)?(?:公告|公示|通知书?|通告|公布|信息|公开){_CLOSE}",
    ),
    (
        _K.TENDER,
        r"招标|磋商|谈判|询价|询比|竞价|竞采|资格预审|采购(?:公告|文件|项目公告|邀请)|遴选|邀请|比选|征集|预公告|预审",
    ),
)
_TENDER_NOT_AWARD = re.compile(
    rf"(?:招标|采购|磋商|谈判|询价|遴选|比选)(?:项目)?[）)\]】]?\s*(?:公告|公示|通知|通告|信息){_CLOSE}"
)
_RESULT = re.compile(r"中标|成交|中选|入围|结果|定标|入选")
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _BY_TITLE)
TAIL = 40
"""The kind stands at the end of a title; what is before it may be any project's name."""

_BY_FILING: tuple[tuple[NoticeKind, str], ...] = (
    (_K.CORRECTION, r"更正|变更|澄清|答疑"),
    (_K.TERMINATION, r"终止|废标|流标|中止|异常"),
    (_K.CONTRACT, r"合同"),
    (_K.COMPLAINT, r"投诉"),
    (_K.CANDIDATES, r"候选"),
    (_K.INTENTION, r"意向"),
    (_K.ACCEPTANCE, r"验收"),
    (_K.SINGLE_SOURCE, r"单一来源"),
    (_K.AWARD, r"中标|成交|结果|入围"),
    (_K.TENDER, r"招标|采购|资审|预审|磋商|谈判|询价|交易公告"),
)
_FILING = tuple((kind, re.compile(pattern)) for kind, pattern in _BY_FILING)
_TRADES: tuple[tuple[NoticeKind, str], ...] = (
    (_K.ENGINEERING_AWARD, r"工程建设|建设工程|房建|市政"),
    (_K.LAND_TRADE, r"土地|矿业权|矿权"),
    (_K.PROPERTY_TRADE, r"产权|资产|股权|国有产权"),
    (_K.OTHER_TRADE, r"^其他|其他(?:交易|类)|药品|医疗耗材|排污权|林权"),
)
_TRADE = tuple((kind, re.compile(pattern)) for kind, pattern in _TRADES)
_RESULTS = frozenset({_K.AWARD, _K.CANDIDATES, _K.CONTRACT})

_GOVERNMENT_WORDS = re.compile(
    r"政府采购|采\s*购\s*(?:人|单\s*位)|集中采购|采购项目|成交供应商|磋商|竞争性谈判"
)
_ENGINEERING_WORDS = re.compile(
    r"招\s*标\s*人\s*(?:名称)?\s*[:：\n]|建设单位|投标总报价|招标控制价|标段名称及编号"
)
_AWARD_SECTION = re.compile(
    r"(?:^|[\n、.\s])(?:中标|成交)\s*[（(/]?(?:成交|中标)?[)）]?\s*(?:信息|结果|情况)|(?:中标|成交)[（(]?(?:成交)?[)）]?(?:供应商|单位|人)(?:名称)?\s*[:：\n]"
)
_CONTRACT_SECTION = re.compile(r"合同(?:编号|名称|金额|签订日期|签署时间|主体)")
_SALE = re.compile(r"交易价格|转让方|受让方|挂牌价|产权|出租方")
_CANDIDATE_SECTION = re.compile(
    r"第[一二三]\s*(?:中标|成交)?候选(?:人|供应商)|中标候选人(?:排序|名称)"
)


def kind_of_notice(title: str, filed_under: Sequence[str], body: str) -> NoticeKind:
    """What a notice is.

    Args:
        title: its title; ``""`` where none was found.
        filed_under: what its portal calls it and the business it belongs to (政府采购, 中标公告).
        body: its whole text.
    """
    filed = " ".join(filed_under)
    kind = _of_title(title)
    filed_kind = next((found for found, word in _FILING if word.search(filed)), None)
    if kind is None or (
        filed_kind in (_K.CORRECTION, _K.TERMINATION) and kind in (_K.AWARD, _K.TENDER)
    ):
        kind = filed_kind or kind
    elif kind is _K.TENDER and filed_kind is _K.AWARD and _AWARD_SECTION.search(body):
        kind = _K.AWARD
    if kind is None:
        kind = _of_body(body)
    return _of_trade(kind, filed_under, body)


def _of_title(title: str) -> NoticeKind | None:
    plain = re.sub(r"\s+", "", fold(title))
    if not plain:
        return None
    tail = plain[-TAIL:]
    for kind, pattern in _COMPILED:
        if not pattern.search(tail):
            continue
        if kind is _K.AWARD and _TENDER_NOT_AWARD.search(tail) and not _ends_in_result(tail):
            continue
        return kind
    if re.search(r"(?:中标|成交|采购|招标|磋商|谈判|询价)结果", tail):
        return _K.AWARD
    return None


def _ends_in_result(tail: str) -> bool:
    """竞争性磋商成交公告 and 公开招标中标公告 are results; 招标公告 and 采购公告 are not."""
    last = re.search(rf"(.{{0,8}})(?:公告|公示|通知书?|通告|信息|公布){_CLOSE}", tail)
    return bool(last and _RESULT.search(last[1]))


def _of_body(body: str) -> NoticeKind | None:
    head = fold(body[:3000])
    if _CONTRACT_SECTION.search(head) and not _AWARD_SECTION.search(head):
        return _K.CONTRACT
    if _CANDIDATE_SECTION.search(head):
        return _K.CANDIDATES
    first = next((line for line in head.split("\n") if re.search(r"公告|公示", line)), "")
    kind = _of_title(first) if 0 < len(first) <= 120 else None
    if kind is not None:
        return kind
    return _K.AWARD if _AWARD_SECTION.search(fold(body)) else None


def _of_trade(kind: NoticeKind | None, filed: Sequence[str], body: str) -> NoticeKind:
    """Results of works outside government procurement, of property and land are no awards."""
    is_government = any("政府采购" in text for text in filed)
    trade = next((found for text in filed for found, word in _TRADE if word.search(text)), None)
    if not is_government and trade is _K.ENGINEERING_AWARD:
        if kind in (_K.AWARD, _K.CONTRACT):
            return _K.ENGINEERING_AWARD
        return _K.ENGINEERING_TENDER if kind in (_K.TENDER, None) else kind
    if not is_government and trade is not None and kind in (*_RESULTS, None):
        is_sale = trade is _K.OTHER_TRADE and _SALE.search(body)
        return _K.PROPERTY_TRADE if is_sale else trade
    if kind is _K.AWARD and not is_government:
        if not _GOVERNMENT_WORDS.search(body) and _ENGINEERING_WORDS.search(body):
            return _K.ENGINEERING_AWARD
        if _CANDIDATE_SECTION.search(body) and not _AWARD_SECTION.search(body):
            return _K.CANDIDATES
    return kind or _K.UNKNOWN
