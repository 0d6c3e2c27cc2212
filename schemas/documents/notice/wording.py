"""How notices word things: folding of print variants, enumerators, labels and what they mean."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

_WIDTH: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDTH |= {ord(sign): " " for sign in "\u3000\xa0\t\u2002\u2003\u2009\ufeff\u200b"}
_WIDTH |= {ord("〔"): "(", ord("〕"): ")", ord("﹕"): ":", ord("∶"): ":", ord("￥"): "¥"}
_WIDTH[ord("？")] = ord("?")

_ENUMERATOR = re.compile(
    r"^\s*(?:[(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:\s*[)、]|\s*[.](?!\d))|"
    r"\d{1,2}\s*:(?=\s*[\u4e00-\u9fa5])|[①-⑳]|第[一二三四五六七八九十]{1,3}(?:部分|章|节)|[●◆■□※*·★])\s*"
)
NUMBERED = re.compile(r"^\s*(?:[(]?[一二三四五六七八九十]{1,3}\s*[)、.]|\d{1,2}\s*[、.)](?!\d))")
"""A piece that opens with an enumerator of a section: 「三、」「（二）」「2.」."""

_AWARDED = re.compile(
    r"(?:中标|成交|中选|入围|入选)(?:\s*[(/、]?\s*(?:或者?|及|和)?\s*(?:成交|中标|中选|入围)\s*[)]?)?"
)
_UNIT_AT_END = re.compile(r"[(\[【]([^()\[\]【】]{1,14})[)\]】]$")


def fold(text: str) -> str:
    """Full-width signs as half-width ones, all blanks as one kind. Never changes the length."""
    return text.translate(_WIDTH)


def without_enumerator(text: str) -> str:
    """The text behind 「三、」「2.」「（1）」."""
    return _ENUMERATOR.sub("", fold(text), count=1)


@lru_cache(maxsize=20_000)
def compact(label: str) -> str:
    """A label for comparison: 「1、中标（成交）供应商名 称：」 and 成交供应商名称 become one."""
    text = re.sub(r"\s+", "", without_enumerator(label)).rstrip(":").rstrip("*")
    return _AWARDED.sub("中标", text)


@lru_cache(maxsize=20_000)
def unit_of_label(label: str) -> str:
    """What stands in brackets at the end of a label: 中标价（万元） -> 万元. ``""`` for none."""
    found = _UNIT_AT_END.search(re.sub(r"\s+", "", fold(label)).rstrip(":"))
    return found[1] if found else ""


class Key(StrEnum):
    """What a label means."""

    PROJECT_NUMBER = "project_number"
    PROJECT_NAME = "project_name"
    METHOD = "method"
    SUPPLIER = "supplier"
    OTHER_BIDDER = "other_bidder"
    ADDRESS = "address"
    CODE = "code"
    AMOUNT = "amount"
    QUOTE = "quote"
    OTHER_PRICE = "other_price"
    UNIT_PRICE = "unit_price"
    RATE = "rate"
    TOTAL = "total"
    LOT_NUMBER = "lot_number"
    LOT_NAME = "lot_name"
    REASON = "reason"
    OUTCOME = "outcome"
    RANK = "rank"
    SERIAL = "serial"
    SCORE = "score"
    UNIT = "unit"
    AWARDED_ON = "awarded_on"
    TENDER_NOTICE_ON = "tender_notice_on"
    OPENED_ON = "opened_on"
    EVALUATED_ON = "evaluated_on"
    BUDGET = "budget"
    CEILING = "ceiling"
    PERFORMANCE = "performance"
    PURCHASER = "purchaser"
    AGENCY = "agency"
    NAME = "name"
    CONTRACT_NUMBER = "contract_number"
    CONTRACT_NAME = "contract_name"
    CONTRACT_AMOUNT = "contract_amount"
    SIGNED_ON = "signed_on"
    PUBLISHED_AT = "published_at"
    EXPERTS = "experts"
    COMPLAINANT = "complainant"
    DECISION = "decision"
    DECIDED_ON = "decided_on"
    ITEM = "item"
    OTHER = "other"


_LOT = (
    r"(?:采购包|合同包|采购标包|标包|标项|标段\(包\)|标\(包\)|包\(标段\)|标段/包|标段|分包|分标|包组|"
    r"包件|子包|包段|包|品目)"
)
_SELLER = (
    r"(?:供应商|供货商|供货单位|单位|人|商|企业|公司|机构|投标人|投标单位|承包商|承包人|承接单位|"
    r"服务商|厂商|方|者)"
)
_MEANINGS: tuple[tuple[Key, str], ...] = (
    (Key.SERIAL, r"序号|序|编号|行号|No\.?"),
    (
        Key.OTHER_BIDDER,
        r"(?:投标|参与|参加|响应|报名|递交|候选|未中标|落标|其他|被投诉|相关|无效|推荐|投诉)"
        r".{0,8}(?:供应商|投标人|单位|人)\d?(?:名称|全称)?|.*候选(?:人|供应商|单位).*|投标人(?:名称)?|投标单位",
    ),
    (Key.REASON, r".*(?:废标|流标|终止|失败|未中标).*(?:原因|理由|情形|说明)|原因|理由"),
    (Key.EXPERTS, r".*(?:专家|评委|评标委员会|评审委员会|评审小组|谈判小组|磋商小组|询价小组).*"),
    (Key.CODE, r".*(?:信用代码|组织机构代码|社会信用码)(?:证?号?)"),
    (Key.ADDRESS, r".{0,12}(?:地址|住所|所在地)"),
    (
        Key.UNIT_PRICE,
        r"(?:中标)?(?:综合|固定|最终)?单价(?:合计|总和|之和|报价)?|(?:中标)?(?:总)?单价(?:合计|总和)(?:金额)?",
    ),
    (
        Key.RATE,
        r"(?:中标|最终|报价|投标)?(?:服务费?|收费|取费|综合|报价)?"
        r"(?:下浮率|上浮率|下浮比例|费率|折扣率?|折扣比例|优惠率|优惠比例|让利率|百分比)(?:报价)?",
    ),
    (Key.BUDGET, r"(?:采购|项目|本包|分包|标项|采购包)*预算(?:金额|价|总额)?(?:\(人民币\))?"),
    (Key.CEILING, r"(?:项目|本包|标项)*(?:最高(?:投标)?限价|控制价|招标控制价)(?:\(如有\))?"),
    (
        Key.QUOTE,
        r"(?:最终|最后|磋商|谈判|总|供应商)?(?:总)?(?:报价|金额|总价|价格)(?:\(总价\))?|总报价金额|[大小]写|投标(?:总)?(?:报价|价格?|总价|金额)",
    ),
    (
        Key.OTHER_PRICE,
        r".*(?:评审|评标|预算|限价|控制价|保证金|代理|服务费|最高|投标).*(?:价格?|金额|报价|限价|费)"
        r"|评审价|预算|保证金|服务费|代理费",
    ),
    (Key.CONTRACT_AMOUNT, r"(?:中标)?合同(?:总)?(?:金额|价格?|价款|总价|总额)(?:\(总价\))?"),
    (
        Key.TOTAL,
        r"总中标(?:总)?(?:金额|价格?|价)|(?:合计|总计|共计)(?:中标)?(?:\(总价\))?(?:金额|价格?|报价)?|中标金额(?:合计|总计)"
        r"|总金额",
    ),
    (
        Key.AMOUNT,
        r"(?:供应商|项目|本项目|最终|本包|分包)?中标(?:供应商|人|单位)?的?(?:总)?(?:标的)?"
        r"(?:金额|价格?|价款|总价|总金额|总额|报价|额|总报价|标价|合同金额|合同价)(?:为|是|\(总价\))?",
    ),
    (Key.LOT_NUMBER, rf"(?:所属|中标|项目)?{_LOT}(?:号|编号|序号|代码|号码|\(包\)号)?|标号"),
    (Key.LOT_NAME, rf"(?:中标|项目)?{_LOT}(?:名称?|内容)"),
    (
        Key.OUTCOME,
        r"(?:是否中标|中标与否|中标状态|中标情况|包状态|标项状态|是否废标|结果状态|中标结果|结果)",
    ),
    (Key.RANK, r".*(?:排名|排序|名次|推荐顺序|推荐名次|候选顺序)"),
    (Key.SCORE, r".*(?:得分|总分|分数|评分|分值|评分结果).*"),
    (Key.UNIT, r"(?:金额|计量|价格|报价)?单位"),
    (
        Key.AWARDED_ON,
        r"(?:项目)?(?:中标|定标|确定中标供应商|评审结果确认|结果确认)(?:结果)?(?:日期|时间)|采购结果确定日期",
    ),
    (
        Key.TENDER_NOTICE_ON,
        r"(?:招标|采购|磋商|谈判|询价|首次|原)(?:文件)?公告(?:发布)?(?:日期|时间)|(?:公告|采购公告|招标公告)首次发布(?:日期|时间)",
    ),
    (Key.OPENED_ON, r"(?:开标|响应文件开启|投标截止|开启)(?:日期|时间)"),
    (Key.EVALUATED_ON, r"(?:评审|评标|谈判|磋商|询价)(?:日期|时间)"),
    (Key.PERFORMANCE, r"履约期限.*|合同(?:履行)?期限|服务期限|合同履行日期|履行期限.*"),
    (Key.CONTRACT_NUMBER, r"(?:采购|政府采购)?合同(?:编号|号|编码)"),
    (Key.CONTRACT_NAME, r"(?:采购)?合同名称?"),
    (Key.SIGNED_ON, r"(?:合同)?(?:签订|签署|签约)(?:日期|时间)"),
    (
        Key.PROJECT_NUMBER,
        r"(?:采购|招标|原公告的?采购|政府采购|原)?项目(?:采购|招标)?(?:编号|号|代码|编码)(?:\(或招标编号.*)?"
        r"|(?:招标|采购|磋商|谈判|询价)(?:文件)?编号|项目编号.{0,2}包号",
    ),
    (Key.PROJECT_NAME, r"(?:采购|招标|原公告的?采购|政府采购|原)?项目(?:名称?)|工程名称|采购名称"),
    (Key.METHOD, r"(?:政府)?采购方式|招标方式"),
    (
        Key.PURCHASER,
        r"采购(?:人|单位)(?:名称|全称|信息|\(甲方\)|\(甲方\)名称)?|甲方(?:名称)?|采购人\(?甲方\)?|招标人(?:名称)?"
        r"|购买主体|采购主体",
    ),
    (
        Key.AGENCY,
        r"(?:采购|招标|政府采购|集中采购)?代理(?:机构|公司|单位)(?:名称|全称|信息)?|(?:集中采购|采购代理)机构(?:名称)?"
        r"|招标代理|采购代理机构信息",
    ),
    (Key.PUBLISHED_AT, r"(?:公告|发布|发稿|信息|公示|发文|合同公告)(?:发布)?(?:时间|日期)"),
    (Key.COMPLAINANT, r"(?:被)?投诉人\d?|相关供应商|代理人|法定代表人"),
    (Key.DECIDED_ON, r"(?:处理|决定|作出决定)(?:决定)?(?:日期|时间)"),
    (Key.DECISION, r"处理(?:结果|决定|意见)"),
    (
        Key.SUPPLIER,
        rf"(?:第[一二三四五六七八九十\d]+)?(?:中标){_SELLER}(?:单位|\(乙方\))?(?:名称|全称|信息)?"
        r"|(?:供应商|供货商|服务商|承接单位|供货单位)(?:单位|\(乙方\))?(?:名称|全称)?|乙方(?:名称)?|供应商\(乙方\)名称",
    ),
    (Key.NAME, r"名称|单位名称|全称|企业名称|公司名称"),
    (
        Key.ITEM,
        r"(?:货物|商品|产品|标的|品目|服务|工程|设备|采购标的|采购|主要标的)(?:的)?(?:名称|内容|品目|编号)|品牌.*|规格.*|型号.*|数量.*"
        r"|产地|施工(?:范围|工期)|服务(?:范围|要求|时间|标准)|项目经理.*|执业证书信息|主要标的.*",
    ),
)
_COMPILED = tuple((key, re.compile(rf"(?:{pattern})")) for key, pattern in _MEANINGS)
_COLUMN_ENDING = re.compile(
    r"(?:名称|地址|代码|得分|总分|分数|评分|排名|排序|名次|备注|说明|数量|单价|总价|品牌|规格|型号|产地|"
    r"工期|质量|经理|负责人|证书|范围|要求|时间|期限|标准|序号|单位|理由|原因|事项|情况|结果|方式|性质|类型|规模|"
    r"内容|信息|日期|地点|联系人|电话|价格|金额|报价|费率|率|目标|承诺|优惠|制造商|厂家|企业|品目|编号|包号|价)$"
)
LONGEST_LABEL = 24


@lru_cache(maxsize=20_000)
def key_of(label: str) -> Key | None:
    """What a label means; None where it is not one that this module knows."""
    text = compact(label)
    if not text or len(text) > LONGEST_LABEL:
        return None
    bare = _UNIT_AT_END.sub("", text)
    for candidate in dict.fromkeys((text, bare)):
        for key, pattern in _COMPILED:
            if pattern.fullmatch(candidate):
                return key
    return None


@lru_cache(maxsize=20_000)
def looks_like_column(text: str) -> bool:
    """Whether a short text may head a column, though its meaning is unknown."""
    plain = compact(text)
    bare = _UNIT_AT_END.sub("", plain)
    bare = _UNIT_AT_END.sub("", re.sub(r"/.{1,6}$", "", bare)) or bare
    return 0 < len(plain) <= LONGEST_LABEL and bool(_COLUMN_ENDING.search(bare))
