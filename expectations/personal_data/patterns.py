"""Patterns of personal numbers and marks, and the checks that keep codes out of them.

Identity numbers: GB 11643-1999 (18 digits with a check character) and its 15-digit predecessor.
Bank cards: ISO/IEC 7812 (Luhn). All patterns are for text folded by
:mod:`expectations.personal_data.folded_text`.
"""

from __future__ import annotations

import datetime as dt
import re

from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

_HYPHEN = "[-‐‑–—]?"
_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12]\\d|3[01])"

# A disability card (残疾人证) is the id number and two or three more signs: ``43``, ``43B1``.
ID_NUMBER = re.compile(
    rf"(?<!\d)(?P<number>[1-9]\d{{5}}{_HYPHEN}(?:18|19|20)\d{{2}}{_HYPHEN}{_MONTH}{_HYPHEN}{_DAY}"
    rf"{_HYPHEN}\d{{3}}{_HYPHEN}[\dXx])(?P<suffix>\d{{2}}B?\d?(?!\d)|(?!\d))"
)
OLD_ID_NUMBER = re.compile(rf"(?<!\d)[1-9]\d{{5}}\d{{2}}{_MONTH}{_DAY}\d{{3}}(?!\d)")
ID_LABEL = re.compile(
    r"(?:身份证|身份号码|证件号|居民证|建造师|工程师|执业|(?<!资质)(?<!许可)(?<!登记)(?<!法人)(?<!信用)证书"
    r"|注册证?编?号)\D{0,8}$"
)
"""What stands before a number that is, or is made from, an identity number: older certificates of
project managers carry the number of their holder."""
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
# 注册建造师: province, grade, province code, year of issue, year of registration, serial number
CERTIFICATE = re.compile(
    rf"(?P<head>{_PROVINCE}\s*[12]\d{{2}})(?P<rest>(?:19|20)\d{{2}}(?:19|20)\d{{2}}\d{{5}})(?!\d)"
)
MASKED_ID = re.compile(r"(?<!\d)(?P<head>\d{3,14})[*xX×]{4,}(?P<tail>[\dXx]{2,4})(?!\d)")
# Hidden only at the end, or with too few signs: the birth date still stands there.
HALF_MASKED_ID = re.compile(
    rf"(?<!\d)(?P<head>[1-9]\d{{5}}(?:18|19|20)\d{{2}}(?:{_MONTH}(?:{_DAY}\d{{0,3}})?)?)"
    r"[*×]{1,}(?P<tail>[\dXx]{0,4})(?!\d)"
)
MOBILE = re.compile(
    r"(?<!\d)(?<!\d\.)(?:0|(?:00)?86[- ]?)?(?P<number>1[3-9]\d{9})(?!\d)(?!\.\d{1,6}(?!\d))"
    r"(?!\s*(?:元|万|亿|㎡|平方|公顷|吨))"
)
_GAP = r"[\s\-‐‑–—]{1,3}"
GROUPED_MOBILE = re.compile(
    rf"(?<!\d)(?<!\d\.)(?P<number>1[3-9]\d(?:{_GAP}\d{{4}}{_GAP}\d{{4}}|\.\d{{4}}\.\d{{4}}"
    rf"|{_GAP}\d{{8}}|\d{{4}}{_GAP}\d{{4}}|\d{{2}}{_GAP}\d{{6}})|1\s[3-9](?:\s\d){{9}})(?!\d)"
)
MOBILE_LABEL = re.compile(r"(?:电话|手机|联系|热线|微信|[Tt][Ee][Ll]|[Pp]hone|[Mm]obile)\D{0,12}$")
CARD = re.compile(
    r"(?<![A-Za-z\d])(?<!\d\.)(?P<number>(?:62|4|5[1-5]|3[47])\d{11,17})(?![A-Za-z\d])(?!\.\d)"
)
GROUPED_CARD = re.compile(
    r"(?<![A-Za-z\d])(?<!\d\.)(?P<number>(?:62|4|5[1-5]|3[47])(?:\d{2,3}(?:[\s-]\d{4}){2,4}(?:[\s-]\d{1,3})?"
    r"|\d{4,5}[\s-]\d{7,13}))(?!\d)"
)
# Rural savings books (一折通) may fail Luhn: the words before the number tell.
LABELLED_ACCOUNT = re.compile(
    r"(?:账号|账户|帐号|帐户|卡号|一卡通|一折通|存折|开户行|银行卡)[^\d\x00]{0,24}"
    r"(?P<number>\d(?:[\s-]?\d){11,29})(?!\d)"
)
CODE_LABEL = re.compile(r"(?:编号|监管号|代码|批文|文号|流水号|单号|条码)\s*[:：]?\s*$")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
PASSPORT = re.compile(
    r"护照\D{0,8}(?P<labelled>[A-Za-z]{1,2}\d{7,8})(?!\d)"
    r"|(?<![A-Za-z0-9])(?:[EG](?!(?:19|20)\d\d)\d{8}|E[A-HJ-NP-Z]\d{7})"
    r"(?![A-Za-z0-9]|\s*[-号地宗块])"
)
OFFICER_CARD = re.compile(
    r"(?:军官证|士兵证|警官证|文职干部证)\D{0,8}\d{6,8}(?!\d)|[军兵士文警政]字第\s*\d{6,8}(?!\d)"
)
LICENCE_PLATE = re.compile(
    r"(?<![A-Za-z0-9])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-HJ-Z][·•.\s]?(?=[A-Z]{0,5}\d)[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
)
_NOT_A_HOME = "(?!地块|宗地|地|线|路|桥|井|仓)"
VILLAGE_HOME = re.compile(
    r"(?:村|社区)(?P<home>[\u4e00-\u9fa5\d]{0,6}(?:组|(?<!合作)(?<!信用)(?<!供销)社)"
    rf"[^，。；,;\x00]{{0,10}}(?:号|户){_NOT_A_HOME})"
)
_NOT_A_ROOM = "(?!\\d|\\.\\d|年|层|平|㎡|m|元|万|亩|公|米|个|套|户|栋|幢|号楼|号地)"
BUILDING_HOME = re.compile(rf"(?P<home>\d+(?:号楼|幢|栋)\d*(?:单元)?\d{{2,4}}室?{_NOT_A_ROOM})")
SECRET_MARK = re.compile(r"(?:绝密|机密|秘密)\s*[★☆]\s*(?:\d+\s*年|长期|启封)?")
# Random identifiers hold long runs of digits by chance.
HEXADECIMAL = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    r"|(?=[0-9]*[a-fA-F])[0-9a-fA-F]{32,128})(?![0-9A-Za-z])"
)

# Two supersets of everything above, for an engine without look-around. CANDIDATE is fast and is
# asked of every value; CLOSE_CANDIDATE is stricter and is asked of what is left. A value that one
# of them does not match holds nothing to find (a test compares).
_MARKS = (
    r"[*＊×@＠★☆﹡﹫]|[xXｘＸ]{4}|[组社].{0,12}[号户]|号楼|[幢栋]|护照|[官兵警部]证|字第"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\p{Cf}*[A-ZＡ-Ｚ]"
)
_APART = r"[\s\x1c-\x1f\p{Cf}\-‐‑–—.]*"
_PASSPORT_LIKE = rf"[EGＥＧ]{_APART}[A-ZＡ-Ｚ\p{{Nd}}](?:{_APART}\p{{Nd}}){{7}}"
CANDIDATE = rf"{_MARKS}|{_PASSPORT_LIKE}|\p{{Nd}}(?:{_APART}\p{{Nd}}){{10}}"
_BEGIN, _END = r"(?:^|[^0-9])", r"(?:$|[^0-9])"
ID_CANDIDATE = (
    rf"[1-9](?:{_APART}[0-9]){{5}}{_APART}(?:1{_APART}[89]|2{_APART}0)"
    rf"(?:{_APART}[0-9]){{2}}{_APART}[01](?:{_APART}[0-9]){_APART}[0-3](?:{_APART}[0-9]){{4}}"
    rf"{_APART}[0-9XxＸｘ]"
)
CLOSE_CANDIDATE = "|".join(
    (
        _MARKS,
        _PASSPORT_LIKE,
        "账号|账户|帐号|帐户|卡号|一卡通|一折通|存折|开户行|银行卡|身份|证件号|居民证",
        ID_CANDIDATE,
        r"[^\P{Nd}0-9]",
        rf"{_PROVINCE}{_APART}[12](?:{_APART}[0-9]){{15}}",
        rf"{_BEGIN}[1-9][0-9]{{7}}[01][0-9][0-3][0-9]{{4}}{_END}",
        rf"{_BEGIN}(?:0|(?:00)?86)?{_APART}1{_APART}[3-9](?:{_APART}[0-9]){{9}}{_APART}{_END}",
        rf"{_BEGIN}(?:6{_APART}2|4|5{_APART}[1-5]|3{_APART}[47])(?:{_APART}[0-9]){{11,17}}{_END}",
    )
)


def digits_of(text: str) -> str:
    """The digits (and a last X) of a number written with blanks or hyphens."""
    return "".join(character for character in text if character.isdigit() or character in "Xx")


def is_identity_number(number: str, today: dt.date | None) -> bool:
    """Whether 18 characters are an identity number: check character and a possible birth date.

    Whether the region exists is ignored: regions are abolished, persons keep their number. A valid
    unified social credit code (GB 32100-2015, with its inner GB 11714 check) is not a person.
    """
    number = number.upper()
    try:
        born = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if today is not None and born > today:
        return False
    return bool(ric.calc_check_digit(number) == number[17]) and not is_credit_code(number)


def is_credit_code(code: str) -> bool:
    """Whether 18 characters are a credit code whose outer and inner check characters agree."""
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    values = [int(sign, 36) for sign in code[8:16]]
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11
    return code[16] == {10: "X", 11: "0"}.get(rest, str(rest))


def is_card_number(number: str) -> bool:
    """Whether 13 to 19 digits pass the Luhn check."""
    return 13 <= len(number) <= 19 and bool(luhn.is_valid(number))
