"""What single texts look like: numbers, dates, links, notes, totals."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = re.compile(r"^[-+−]?[0-9][0-9,]*(\.[0-9]+)?([eE][-+]?[0-9]+)?[%‰]?$")
_DATE = re.compile(
    r"^[0-9]{2,4}[-/.年][0-9]{1,2}([-/.月]([0-9]{1,2}日?)?)?([T\s].*|[0-9]{1,2}[时:].*)?$"
)
_TIME = re.compile(r"^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$")
_NUMBERED_CODE = re.compile(r"^[0-9A-Z-]{8,}$")
_LONGEST_HEADER = 40
TOTAL = r"^(合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|本页合计)"
_NOTE = re.compile(
    r"^(备\s*注|附\s*注|注|填表说明|填报说明|说\s*明|填表人|填报人|制表人?|审核人?|单位负责人|负责人"
    r"|联系人|联系电话|数据来源|资料来源|统计日期|打印日期|制表日期|填表日期|※|\*)"
)
_LABEL = re.compile(r"^(?P<word>[^:：]{1,20})[:：]")


def folded(text: str) -> str:
    """Full-width signs as half-width ones, blanks at the ends gone."""
    return unicodedata.normalize("NFKC", text).strip()


def is_value(text: str) -> bool:
    """True for numbers, dates, times, links and numbers of things: what no header says."""
    plain = folded(text)
    return bool(
        _NUMBER.match(plain)
        or _DATE.match(plain)
        or _TIME.match(plain)
        or plain.startswith(("http://", "https://"))
        or (_NUMBERED_CODE.match(plain) and any(sign.isdigit() for sign in plain))
        or len(plain) > _LONGEST_HEADER
    )


def note_word(text: str, *, alone: bool) -> str | None:
    """The word by which a row below a table shows that it is a note, or None.

    A row that stands nearly empty (``alone``) is a note when it begins with any label and a colon;
    otherwise only the usual words count, and only before a colon.
    """
    plain = text.strip()
    label = _LABEL.match(plain)
    usual = _NOTE.match(plain)
    if alone and label:
        return label["word"]
    if usual and (alone or label):
        return usual.group(0)
    return None
