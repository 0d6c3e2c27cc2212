"""Bytes in encodings that departments use, mix up and break (kinds 1 to 12)."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.run import RunState

PLAIN = (
    "H-1,某某工程队1,100.50,2026-03-01\n"
    "H-2,某某工程队2,200.50,2026-03-02\n"
    "H-3,某某工程队3,300.50,2026-03-03\n"
    "H-4,某某工程队4,400.50,2026-03-04\n"
    "H-5,某某工程队5,500.50,2026-03-05\n"
    "H-6,某某工程队6,600.50,2026-03-06\n"
)
HEADER = "编号,名称,金额（元）,日期\n"
TEXT = HEADER + PLAIN
UTF16 = TEXT.encode("utf-16-le")
TWO_COLUMNS = "{number: 编号, party: 名称}"


@pytest.mark.parametrize(
    ("content", "reader"),
    [
        pytest.param(TEXT.encode("gbk"), "{type: delimited}", id="1 GBK, nothing declared"),
        pytest.param(TEXT.encode("utf-16"), "{type: delimited}", id="7 UTF-16 with its mark"),
        pytest.param(UTF16, "{type: delimited, encoding: utf-16-le}", id="7 UTF-16 declared"),
    ],
)
def test_odd_but_right_encodings_are_read(bureau: Any, content: bytes, reader: str) -> None:
    bureau.reads(reader)
    ended = bureau.delivers(content)
    assert ended.state is RunState.RELEASED
    assert ended.told() == set()
    ended.assert_good(1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("content", "reader", "zh", "en"),
    [
        pytest.param(
            "id,n\nA,一元\n".encode("gbk"),
            "{type: delimited}",
            "请在 reader.encoding 中写明 utf-8 或 gb18030",
            "Declare reader.encoding: utf-8 or gb18030",
            id="2 valid as both",
        ),
        pytest.param(
            UTF16, "{type: delimited}", "reader.encoding: utf-16-le", "without its mark", id="7"
        ),
        pytest.param(
            (HEADER + "H-1,某某").encode()[:-1],
            "{type: delimited}",
            "在一个汉字中间结束",
            "was cut",
            id="9 UTF-8 cut",
        ),
        pytest.param(
            (HEADER + "H-1,某某").encode("gbk")[:-1],
            "{type: delimited, encoding: gbk}",
            "重新获取文件",
            "Get the file again",
            id="9 GBK cut",
        ),
        pytest.param(
            "編號,名稱,金額（元）,日期\nA,國立臺灣大學圖書館,5,2026-01-01\n".encode("big5"),
            "{type: delimited, encoding: gbk}",
            "Big5",
            "big5",
            id="10 Big5 declared GBK",
        ),
    ],
)
def test_files_whose_encoding_cannot_be_right_are_refused_whole(
    bureau: Any, content: bytes, reader: str, zh: str, en: str
) -> None:
    bureau.reads(reader)
    ended = bureau.delivers(content)
    assert ended.state is RunState.FAILED
    assert "a.csv" in ended.message
    assert zh in ended.message
    assert en in ended.outcome.message.en
    assert ended.released == {}


def test_text_that_is_gbk_and_utf8_at_once_is_read_as_declared(bureau: Any) -> None:
    """Kind 2: 一元 in GBK is valid UTF-8."""
    bureau.reads("{type: delimited, encoding: gbk}", mapping="{number: id, party: n}")
    ended = bureau.delivers("id,n\nA,一元\n".encode("gbk"))
    assert ended.row("A")[1] == "一元"


def test_one_line_that_is_utf8_by_chance_does_not_make_the_file_utf8(bureau: Any) -> None:
    """Kind 2: the header is GBK only, the row is both; the file as a whole is GBK only."""
    bureau.reads("{type: delimited}", mapping=TWO_COLUMNS)
    ended = bureau.delivers("编号,名称\nA,一元\n".encode("gbk"))
    assert ended.state is RunState.RELEASED
    assert ended.row("A")[1] == "一元"


def test_four_byte_characters_of_gb18030_are_kept(bureau: Any) -> None:
    """Kind 3."""
    ended = bureau.delivers((TEXT + "X,𠮷䶮㐀,1,2026-01-01\n").encode("gb18030"))
    assert ended.row("X")[1] == "𠮷䶮㐀"
    assert ended.told() == set()


def test_private_use_code_points_become_the_standard_characters_and_are_told(bureau: Any) -> None:
    """Kind 4: A6D9, FE59 and A8BC, where Python's codec follows the edition of 2000."""
    ended = bureau.delivers(TEXT.encode("gbk") + b"X,\xa6\xd9\xfe\x59\xa8\xbc,1,2026-01-01\n")
    assert ended.row("X")[1] == "\ufe10\u9fb4\u1e3f"
    assert ended.finding("READ-07")["severity"] == "warning"


@pytest.mark.parametrize(
    ("start", "line", "shown"),
    [
        pytest.param(TEXT.encode("gbk"), b"X,\x80100,1,2026-01-01\n", "80 31", id="5 lone euro"),
        pytest.param(
            TEXT.encode(), "X,市财政局,1,2026-01-01\n".encode("gbk"), "ca d0", id="6 GBK in UTF-8"
        ),
    ],
)
def test_a_line_that_cannot_be_decoded_is_held_alone(
    bureau: Any, start: bytes, line: bytes, shown: str
) -> None:
    ended = bureau.delivers(start + line)
    assert ended.told() == {("READ-05", "error", "line 8")}
    assert shown in ended.finding("READ-05")["what_zh"]
    assert ended.ledger.rows_read == 7
    assert ended.ledger.rows_quarantined == ended.quarantine.height == 1
    ended.assert_good(1, 2, 3, 4, 5, 6)


def test_marks_that_stand_twice_or_inside_are_taken_out(bureau: Any) -> None:
    """Kind 8: files that somebody put together with ``cat``."""
    mark = b"\xef\xbb\xbf"
    first, second = PLAIN[: PLAIN.index("H-4")], PLAIN[PLAIN.index("H-4") :]
    ended = bureau.delivers(mark + mark + (HEADER + first).encode() + mark + second.encode())
    assert ended.finding("READ-09")["severity"] == "warning"
    ended.assert_good(1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("garbled", ["å¸‚è´¢æ”¿å±€", "锟斤拷", "甲\ufffd乙", "甯傝储鏀垮眬"])
def test_text_garbled_before_we_got_it_is_never_released(
    bureau: Any, made_site: Any, garbled: str
) -> None:
    """Kind 11."""
    ended = bureau.delivers(TEXT + f"X,{garbled},1,2026-01-01\n")
    assert ("CAST-42", "error", "line 8 column 2") in ended.told()
    assert "导出" in ended.finding("READ-06")["advice_zh"]
    assert ended.ledger.rows_quarantined == 1
    assert garbled not in made_site.public_text()
    ended.assert_good(1, 2, 3, 4, 5, 6)


def test_forms_of_one_text_are_kept_apart_and_invisible_signs_told(bureau: Any) -> None:
    """Kind 12: what is folded is folded losslessly, and keys never fold into each other."""
    rows = (
        "ＡＢＣ１２３,㈱甲,1,2026-01-01\n"
        "ABC123,乙,1,2026-01-01\n"
        "Y,\u202e甲乙,1,2026-01-01\n"
        "Z,cafe\u0301,1,2026-01-01\n"
        "W,\u3000甲\u3000乙\u3000,1,2026-01-01\n"
    )
    ended = bureau.delivers(TEXT + rows)
    assert ended.row("ＡＢＣ１２３")[1] == "㈱甲"
    assert ended.row("ABC123")[1] == "乙"
    assert ended.row("Y")[1] == "甲乙"
    assert ended.row("Z")[1] == "cafe\u0301"
    assert ended.row("W")[1] == "甲\u3000乙"
    assert ("CAST-40", "warning", "line 10 column 2") in ended.told()
    assert "U+202E" in ended.finding("CAST-40")["what_zh"]
    likeness = ended.findings.filter(ended.findings["rule"] == "KEY-04")
    assert set(likeness["locator"]) == {"line 8 column 1", "line 9 column 1"}
    assert set(likeness["severity"]) == {"warning"}


def test_keys_that_differ_by_an_invisible_sign_only_are_held_both(bureau: Any) -> None:
    ended = bureau.delivers(TEXT + "X\u200b,丙,1,2026-01-01\nX,丁,1,2026-01-01\n")
    assert {("KEY-02", "error", f"line {n} column 1") for n in (8, 9)} <= ended.told()
    assert ended.ledger.rows_quarantined == 2
    ended.assert_good(1, 2, 3, 4, 5, 6)
