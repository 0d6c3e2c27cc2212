"""Names of suppliers and other parties as they stand in cells and lines."""

from __future__ import annotations

import re

from schemas.documents.notice.wording import fold, without_enumerator

_ORGANIZATION = re.compile(
    r"公司|集团|事务所|合作社|联合社|合伙|企业|研究[院所]|设计院|勘[察测]院|科学院|医院|卫生院|学院|大学|中学|小学|学校|"
    r"幼儿园|中心|协会|学会|商会|联合会|基金会|银行|支行|信用社|保险|经营部|服务部|门市部|营业部|销售部|工程部|项目部|"
    r"工作室|工作站|商行|商店|商场|超市|酒店|宾馆|饭店|餐厅|印刷厂|工厂|厂$|站$|社$|店$|行$|部$|所$|院$|局$|馆$|场$|队$|园$|"
    r"铺$|坊$|庄$|城$|吧$|委员会|村民小组|经济联社|股份|有限"
)
_WORDS_OF_LABELS = re.compile(
    r"(?:情况|信息|名称|地址|声明函|类型|性质|数量|金额|得分|原因|理由|方式|说明|清单|代码|公告|如下)$|^是否"
)
_REST = re.compile(r"(?:有限|股份|责任|公司|集团|分公司|事务所|研究院|设计院|司$|限公司|任公司)")
_BEHIND_COMPANY = re.compile(
    r"[(（].*|.*(?:部|厂|店|中心|院|所|行|站|处|队|场|局|社|办)(?:[(（].*)?"
)
_PERSON = re.compile(r"[\u4e00-\u9fa5]{2,4}|[\u4e00-\u9fa5]{2,6}·[\u4e00-\u9fa5]{2,8}")
_NO_PERSON = re.compile(r"供应|单位|名称|中标|成交|公司|有限|采购|金额|地址|包|标")
_LATIN = re.compile(r"[A-Za-z][A-Za-z&.,'()\- ]{4,80}")
_NOBODY = re.compile(
    r"[/\\\-—－无空*.。、\s]*|详见.*|见(?:附件|公告|下表|上).*|无(?:中标|成交)?供应商|.*(?:废标|流标|采购失败).*|暂无|/+|空白|待定|不适用|未中标"
)
_ADDRESS = re.compile(r"(?:省|市|县|区|镇|乡|路|街|道|号|村|大厦|楼|栋|室|园区)")
_CONSORTIUM = re.compile(r"联合体|牵头|成员(?:单位|方|[:1一)])|主办方|联合中标")
_BREAK = re.compile(r"[;；、,，\n]|\s{2,}|\d{1,2}[.、)]")
_REMNANT = re.compile(r"^(.+(?:公司|院|所|中心|厂|店|社|行))\s+\S{1,3}$")
USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")


def is_organization(text: str) -> bool:
    """Whether the text may be the name of an organization and nothing else."""
    name = text.strip()
    return (
        4 <= len(name) <= 80
        and bool(_ORGANIZATION.search(re.sub(r"[(（][^()（）]*[)）]\s*$", "", name)))
        and not re.search(r"[。？！：:]|[,，;；].{12,}", fold(name).replace("(牵头人)", ""))
        and not re.search(r"\d{4,}号|[路街]\d+号", name)
        and not _WORDS_OF_LABELS.search(name)
        and not is_rest_of_name(name)
        and _ends_well(name)
    )


def _ends_well(name: str) -> bool:
    """Whether a name is whole: 某某有限公, 某某有限公司供应商 are not."""
    bare = re.sub(r"[(（]有限合伙[)）]", "", name)
    _, company, behind = bare.rpartition("公司")
    if not company:
        return not re.search(r"有限|股份$|有$", bare)
    own = re.sub(r"(?:有限|责任|股份|集团)*公司.*", "", bare)
    has_name = bool(re.search(r"[\u4e00-\u9fa5]|[A-Za-z]{2}", own))
    return has_name and (not behind or bool(_BEHIND_COMPANY.fullmatch(behind)))


def is_rest_of_name(text: str) -> bool:
    """Whether a text is only the end of a name that was broken: 有限公司, 公司兰州分公司."""
    return bool(_REST.match(text.strip()))


def is_nobody(text: str) -> bool:
    """Whether a cell for a supplier says that there is none."""
    return bool(_NOBODY.fullmatch(text.strip()))


def is_address(text: str) -> bool:
    """Whether the text may be an address."""
    return bool(_ADDRESS.search(text)) and not re.fullmatch(r"[\d.,\s]+", text)


def is_company(text: str) -> bool:
    """Whether the text names an organization, in Chinese or in Latin letters."""
    name = text.strip()
    return not is_nobody(name) and (is_organization(name) or bool(_LATIN.fullmatch(name)))


def is_supplier(text: str) -> bool:
    """Whether the text may name a supplier: an organization or a person."""
    name = text.strip()
    if is_company(name):
        return True
    return bool(_PERSON.fullmatch(name)) and not (is_nobody(name) or _NO_PERSON.search(name))


def cleaned(text: str) -> str:
    """The name without enumerator, blanks at the ends and closing punctuation."""
    name = re.sub(r"\s+", " ", without_enumerator_kept(text)).strip(" ;；,，。.、")
    name = re.sub(r"(?<=[\u4e00-\u9fa5()（）]) (?=[\u4e00-\u9fa5()（）])", "", name)
    return re.sub(r"[(（]$", "", name)


def without_enumerator_kept(text: str) -> str:
    """The text behind an enumerator, in the signs in which it was printed."""
    rest = without_enumerator(text)
    return text[len(text) - len(rest) :] if len(rest) < len(text) else text


def suppliers_in(text: str) -> list[str]:
    """The suppliers a cell names; a consortium is one supplier, written as published."""
    whole = re.sub(r"\s{2,}", ";", text.strip().replace("\n", ";"))
    remnant = _REMNANT.match(whole)
    name = cleaned(remnant[1] if remnant else whole)
    if _CONSORTIUM.search(name) or is_nobody(name):
        return [] if is_nobody(name) else [name]
    parts = [cleaned(part) for part in _BREAK.split(name) if part and cleaned(part)]
    if len(parts) > 1 and all(is_organization(part) for part in parts):
        return parts
    return [name]
