"""Chinese numerals such as 一百二十万 and 壹佰贰拾万元整.

cn2an reads them; it also reads what is no number (一二三, 一万三, mixtures), so its answer is
accepted only where writing it out again gives the same numeral.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零一二三四五六七八九"
NUMERAL = re.compile(
    r"[零〇○一二三四五六七八九十百千万亿两廿壹贰叁肆伍陆柒捌玖拾佰仟萬億弍貳參陸點点负負]+"
)
MONEY = re.compile(
    r"(?:(?P<yuan>[^元圆圓角分整正]+)[元圆圓])?(?:零?(?P<jiao>[^元圆圓角分整正零])角)?"
    r"(?:零?(?P<fen>[^元圆圓角分整正零])分)?[整正]?"
)
PLAIN = str.maketrans(
    "〇○两壹贰叁肆伍陆柒捌玖拾佰仟萬億弍貳參陸點負",
    "零零二一二三四五六七八九十百千万亿二二三六点负",
)
PLACES = {"千": 1000, "百": 100, "十": 10}


def chinese_number(text: str) -> Decimal | None:
    """The number a Chinese numeral stands for, exactly; None where it is not a correct one."""
    plain = text.translate(PLAIN).replace("廿", "二十")
    if not NUMERAL.fullmatch(plain) or plain.count("点") > 1:
        return None
    sign = -1 if plain.startswith("负") else 1
    whole, _, fraction = plain.removeprefix("负").partition("点")
    integer = _whole_number(whole)
    if integer is None or "负" in whole or ("点" in plain and not fraction):
        return None
    if any(sign_ not in DIGITS for sign_ in fraction):
        return None
    digits = "".join(str(DIGITS.index(digit)) for digit in fraction)
    return sign * Decimal(f"{integer}.{digits}" if digits else integer)


def chinese_money(text: str) -> Decimal | None:
    """Yuan of 壹万贰仟元整, 叁拾元伍角陆分; None for anything else."""
    matched = MONEY.fullmatch(text)
    if matched is None or not any(matched.groupdict().values()):
        return None
    yuan = chinese_number(matched["yuan"]) if matched["yuan"] else Decimal(0)
    if yuan is None:
        return None
    for part, worth in ((matched["jiao"], "0.1"), (matched["fen"], "0.01")):
        if part is not None:
            digit = part.translate(PLAIN)
            if digit not in DIGITS:
                return None
            yuan += DIGITS.index(digit) * Decimal(worth)
    return yuan


def _whole_number(plain: str) -> int | None:
    if not plain:
        return None
    from cn2an import Cn2An  # type: ignore[import-untyped]  # has no stubs

    try:
        value = Cn2An().cn2an(plain, "normal")
    except (ValueError, KeyError, IndexError):
        return None
    if not isinstance(value, int):
        return None
    return value if _canonical(plain) == _canonical(_written(value)) else None


def _written(value: int) -> str:
    """A whole number below 10^16 in Chinese."""
    if value == 0:
        return DIGITS[0]
    if value >= 10**8:
        high, low = divmod(value, 10**8)
        return _written(high) + "亿" + _lower(low, 10**7)
    if value >= 10**4:
        high, low = divmod(value, 10**4)
        return _written(high) + "万" + _lower(low, 10**3)
    written = ""
    gap = False
    for name, worth in (*PLACES.items(), ("", 1)):
        digit, value = divmod(value, worth)
        if digit:
            written += (DIGITS[0] if gap and written else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return written


def _lower(low: int, first_place: int) -> str:
    """What follows 亿 or 万: with 零 where the first place is empty."""
    if not low:
        return ""
    return (DIGITS[0] if low < first_place else "") + _written(low)


def _canonical(plain: str) -> str:
    """Fold the ways of writing one number: 十二 and 一十二; 零 that some write and some do not."""
    return re.sub(r"(?<![一二三四五六七八九])十", "一十", plain).replace(DIGITS[0], "") or DIGITS[0]
