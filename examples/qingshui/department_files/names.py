"""Invented names and numbers. Places are the county's towns; firms and people do not exist."""

from __future__ import annotations

import random

COUNTY_CODE = "620521"
COUNTY_NAME = "清水县"

TOWNS = (
    ("620521100", "永清镇"),
    ("620521101", "红堡镇"),
    ("620521102", "白驼镇"),
    ("620521103", "金集镇"),
    ("620521104", "秦亭镇"),
    ("620521105", "山门镇"),
    ("620521106", "白沙镇"),
    ("620521107", "王河镇"),
    ("620521108", "郭川镇"),
    ("620521109", "黄门镇"),
    ("620521110", "松树镇"),
    ("620521111", "远门镇"),
    ("620521112", "土门镇"),
    ("620521113", "草川铺镇"),
    ("620521114", "陇东镇"),
    ("620521206", "贾川乡"),
    ("620521207", "丰望乡"),
    ("620521211", "新城乡"),
)

# Names made of a surname and two cyclical characters: readable as names, borne by nobody known.
PEOPLE = ("赵甲乙", "钱丙丁", "孙戊己", "李庚辛", "周壬癸", "吴子丑")

# An invented id number whose date and check digit are right, and a mobile number of the range
# 154, which is not given out.
INVENTED_ID_NUMBER = "620521199001011234"
UNASSIGNED_MOBILE = "15400001234"

_FIRM_FIRST = ("示", "例", "样", "虚", "拟")
_FIRM_SECOND = ("禾", "泉", "丰", "川", "源", "岭", "润", "恒")
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def firm_name(rng: random.Random, trade: str) -> str:
    """An invented firm of a trade, such as 清水县示禾食品有限公司 (示例样虚拟: 'made up')."""
    return f"{COUNTY_NAME}{rng.choice(_FIRM_FIRST)}{rng.choice(_FIRM_SECOND)}{trade}有限公司"


def organization_check(body: str) -> str:
    """Check character of an 组织机构代码 of eight characters (GB 11714)."""
    total = sum(
        int(character, 36) * weight
        for character, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True)
    )
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def credit_code_check(body: str) -> str:
    """Check character of a 统一社会信用代码 of seventeen characters (GB 32100-2015)."""
    total = sum(
        _CREDIT_ALPHABET.index(character) * weight
        for character, weight in zip(body, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code(rng: random.Random, kind: str = "91") -> str:
    """An invented 统一社会信用代码 of the county, right in both check characters."""
    organization = "MA7" + "".join(rng.choices("0123456789ABCDEFGHJK", k=5))
    body = kind + COUNTY_CODE + organization + organization_check(organization)
    return body + credit_code_check(body)
