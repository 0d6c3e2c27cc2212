"""What the personal-data gate says: one text per rule."""

from __future__ import annotations

from expectations.personal_data.detection import HitKind
from schemas.finding import Severity
from schemas.message import Message
from schemas.rule_text import RuleText

REDACTED = Message(
    "系统已自动遮盖后发布。请部门在原文件中删去，并确认是否还有其他个人信息。",
    "It is published redacted. Ask the department to remove it from its file and to look for more.",
)
_KEPT = Message(
    "按原样发布。请人工核对：若属个人信息，请部门改正原文件。",
    "It is published as it stands. Look at it: if it is personal, ask the department to correct "
    "its file.",
)


def _redacted(rule: str, zh: str, en: str) -> RuleText:
    return RuleText(
        rule, Severity.WARNING, Message(f"“{{column}}”中有{zh}", f"{{column}} holds {en}"), REDACTED
    )


def _kept(rule: str, zh: str, en: str) -> RuleText:
    return RuleText(
        rule,
        Severity.WARNING,
        Message(f"“{{column}}”中可能有{zh}", f"{{column}} may hold {en}"),
        _KEPT,
    )


HIT_RULES: dict[HitKind, RuleText] = {
    HitKind.ID_NUMBER: _redacted("PII-01", "公民身份号码", "a citizen identity number"),
    HitKind.BANK_CARD: _redacted("PII-02", "银行卡号或账号", "a bank card or account number"),
    HitKind.MOBILE: _redacted("PII-03", "个人手机号码", "a personal mobile number"),
    HitKind.MASKED_ID: _redacted(
        "PII-04", "遮盖不足的证件号码", "an identity number that is not hidden enough"
    ),
    HitKind.ADDRESS: _redacted("PII-05", "住址门牌", "a home address with its number"),
    HitKind.OLD_ID_NUMBER: _kept("PII-06", "15位旧身份证号码", "an old 15-digit identity number"),
    HitKind.EMAIL: _kept("PII-07", "个人电子邮箱", "a personal e-mail address"),
    HitKind.PASSPORT: _kept("PII-08", "护照号码", "a passport number"),
    HitKind.OFFICER_CARD: _kept("PII-09", "军警证件号码", "a number of an officer's card"),
    HitKind.LICENCE_PLATE: _kept("PII-10", "车牌号码", "a licence plate"),
    HitKind.CERTIFICATE: _redacted(
        "PII-14", "个人执业证书的注册编号", "the registration number of a person's certificate"
    ),
    HitKind.SECRET_MARK: RuleText(
        "PII-13",
        Severity.ERROR,
        Message("“{column}”中有国家秘密标志", "{column} bears a mark of state secrecy"),
        Message(
            "该记录已扣留，不会发布。请立即通知本单位保密工作机构。",
            "The record is held and not published. Tell the office's secrecy officer at once.",
        ),
    ),
}
"""The rule of each kind of hit."""

UNCERTAIN_NAME = RuleText(
    "PII-11",
    Severity.WARNING,
    Message(
        "无法判断“{column}”的名称是个人还是单位，已按个人姓名遮盖",
        "it cannot be told whether the name in {column} is a person's or an organisation's; it is "
        "masked as a person's",
    ),
    Message(
        "若是单位，请部门在原文件中写出单位全称；若是空缺的填充字，请在来源文件的 missing 中声明。",
        "If it is an organisation, ask the department for its full name; if it is a filler for an "
        "empty cell, declare it under missing in the source file.",
    ),
)
CANNOT_REDACT = RuleText(
    "PII-12",
    Severity.ERROR,
    Message(
        "“{column}”中有个人号码，而该列无法遮盖（主键或数字列）",
        "{column} holds a personal number and cannot be redacted (it is part of the key, or a "
        "number)",
    ),
    Message(
        "该记录已扣留。请部门换用不含个人号码的编号。",
        "The record is held. Ask the department for an identifier that is not a personal number.",
    ),
)

PERSONAL_DATA_RULES: dict[str, RuleText] = {
    rule.id: rule
    for rule in sorted(
        (*HIT_RULES.values(), UNCERTAIN_NAME, CANNOT_REDACT), key=lambda rule: rule.id
    )
}
"""All rules of the gate by id."""
