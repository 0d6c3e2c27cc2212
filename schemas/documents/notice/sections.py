"""Sections of a notice, told by the words of their headings, never by their numerals."""

from __future__ import annotations

import re
from enum import StrEnum

from schemas.documents.notice.pieces import Piece
from schemas.documents.notice.wording import NUMBERED, Key, compact


class Section(StrEnum):
    """What a part of a notice is about."""

    BASICS = "basics"
    AWARD = "award"
    FAILED = "failed"
    BIDDERS = "bidders"
    ITEMS = "items"
    EXPERTS = "experts"
    FEES = "fees"
    PERIOD = "period"
    OTHER = "other"
    CONTACT = "contact"
    ATTACHMENTS = "attachments"
    CONTRACT = "contract"
    PARTIES = "parties"
    CIRCUMSTANCES = "circumstances"
    DECISION = "decision"


_S = Section
_WORDS: tuple[tuple[Section, str], ...] = (
    (
        _S.EXPERTS,
        r"评审专家|评标委员会|评审委员会|评审小组|谈判小组|磋商小组|询价小组|评委(?:会|名单|成员)|评审人员|专家名单|专家组",
    ),
    (_S.FAILED, r"^(?:其中)?(?:废标|流标|采购失败|终止)(?:结果|情况|信息|标项|包|项目)?"),
    (
        _S.BIDDERS,
        r"未中标|未成交|落标|候选|报价(?:公示|情况|一览|明细|排序)|开标(?:记录|情况|一览|结果)|唱标|资格性?(?:及?符合性)?审查|符合性(?:审查|检查)"
        r"|(?:评审|评标|打分|评分|综合)(?:结果|情况|排序|汇总|明细|得分|一览)|得分|(?:投标|参加|参与|递交|报名|响应|邀请|提交)\S{0,12}(?:供应商|投标人|单位)\S{0,6}(?:名单|名称|情况|报价|及)"
        r"|无效(?:投标|响应)|否决|业绩(?:公示)?|投标供应商|(?:各)?供应商(?:报价|得分|评审)",
    ),
    (_S.FEES, r"代理服务|代理费|招标服务费|中标服务费|服务费收"),
    (_S.PERIOD, r"公告期限|公示期|公告时间|公告日期|公示时间"),
    (_S.ATTACHMENTS, r"^(?:相关)?附件"),
    (_S.CONTACT, r"联系方式|询问|联系人|联系事项|以下方式联系"),
    (
        _S.ITEMS,
        r"标的信息|主要标的|标的(?:名称|情况|明细)|货物清单|明细表?|分项报价|中标产品|采购清单|货物信息",
    ),
    (_S.DECISION, r"处理依据|处理结果|处理决定|处理意见|决定如下"),
    (_S.PARTIES, r"相关当事人|当事人|合同主体"),
    (_S.CIRCUMSTANCES, r"基本情况$|投诉事项"),
    (_S.CONTRACT, r"合同(?:主要)?(?:信息|内容)|合同主要"),
    (
        _S.AWARD,
        r"中标(?:的)?(?:结果|信息|情况|供应商|人|单位|公告内容|内容|金额|名单|成交)|(?:采购|定标|入围|招标|谈判|磋商|询价|评审推荐|项目)结果|结果信息|中标$|确定的供应商",
    ),
    (_S.OTHER, r"其[他它]|补充事宜|监督|质疑|投诉|政府采购政策|说明|温馨提示|提示"),
    (
        _S.BASICS,
        r"项目(?:基本)?(?:情况|概况|信息|编号|名称|内容|概述)|采购项目|采购编号|招标编号|项目",
    ),
)
_COMPILED = tuple((section, re.compile(words)) for section, words in _WORDS)
LONGEST_HEADING = 34
_SUBHEADING = re.compile(
    r"^(?:\d{1,2}\s*[、.]|[(]\d{1,2}[)])?\s*(?:采购人|采购单位|采购代理机构|代理机构|招标代理机构|项目联系方式|项目联系人)(?:信息|名称|联系方式)?$"
)


def section_of(piece: Piece, following: Key | None = None) -> Section | None:
    """The section that a piece opens, or None where it is no heading."""
    words = piece.label if piece.has_colon else piece.text
    plain = compact(words).rstrip("。;；")
    if not plain or len(plain) > LONGEST_HEADING or re.search(r"[。;；]", plain):
        return None
    numbered = bool(NUMBERED.match(piece.text))
    if piece.has_colon and piece.value and not numbered:
        return None
    if not numbered and not _whole(plain):
        return None
    return next((section for section, found in _COMPILED if found.search(plain)), None)


_WHOLE = re.compile(
    r"(?:主要)?中标(?:或者中标)?(?:的)?(?:结果|信息|情况|标的信息表?)(?:表|公告|如下)?|(?:采购|定标|评审|评标|资格审查符合性评审|资格审查)结果(?:公示|如下|信息)?|"
    r"报价(?:公示|情况|一览表)|业绩公示|(?:供应商)?未中标(?:供应商)?(?:原因|情况|名单|理由)?(?:公示)?|(?:废标|流标|采购失败)(?:结果|情况|信息)|"
    r"(?:工程|货物|服务)?类?主要(?:中标或者?中标)?标的(?:信息|情况)(?:表)?|主要标的信息|评审专家(?:\(.*\))?名单|评标委员会成员名单|评审委员会成员名单|"
    r"联系方式|中标候选人(?:名单|情况|信息|排序)?|代理服务(?:收费|费)(?:标准及金额)?|公告期限|其他补充事宜|附件(?:信息)?|相关附件|"
    r"(?:投标|响应|参加磋商的?|参与)(?:供应商|人)(?:名称|名单)?(?:及报价)?|开标(?:记录|一览表)|评分(?:结果|情况)|合同主要信息|合同主体|相关当事人|处理依据及结果|"
    r"基本情况|投诉事项|处理结果|项目(?:基本)?(?:情况|信息|概况)|采购项目信息|候选.{0,10}名单.*|.*得分(?:情况|表|明细)"
)


def _whole(plain: str) -> bool:
    return bool(_WHOLE.fullmatch(plain))


def subsection_party(piece: Piece) -> Key | None:
    """Whose name, address and telephone follow: 「1.采购人信息」「2.采购代理机构信息」."""
    plain = compact(piece.label or piece.text)
    if len(plain) > 20:
        return None
    if re.fullmatch(
        r"(?:招标|采购|政府采购|集中采购)?代理机构(?:信息|名称|联系方式|情况)?|采购代理(?:机构)?信息|集中采购机构(?:信息)?",
        plain,
    ):
        return Key.AGENCY
    if re.fullmatch(
        r"(?:采购人|采购单位|招标人)(?:信息|名称|联系方式|情况)?|采购人\(甲方\)", plain
    ):
        return Key.PURCHASER
    if re.fullmatch(r"项目联系(?:方式|人|信息)|监督(?:管理)?部门.*|同级.*", plain):
        return Key.OTHER
    return None
