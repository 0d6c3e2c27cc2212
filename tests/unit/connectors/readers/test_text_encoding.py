"""Encodings: declared, or shown to be right; never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.readers import read
from connectors.readers.text_plausibility import GB18030_2022_SWAPS, is_double_encoded
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable
from schemas.reader_options import DelimitedReader, HtmlTableReader

TEXT = "编号,名称\n1,市财政局\n2,自然资源局\n3,生态环境局\n"


def table(folder: Path, data: bytes, encoding: str = "auto") -> RawTable:
    path = folder / "file.csv"
    path.write_bytes(data)
    (only,) = read(path, DelimitedReader(type="delimited", encoding=encoding), name="file.csv")
    return only


def refusal(folder: Path, data: bytes, encoding: str = "auto") -> str:
    with pytest.raises(UnreadableFileError) as caught:
        table(folder, data, encoding)
    return caught.value.message().zh


def told(raw: RawTable) -> list[tuple[str, int | None]]:
    return [(problem.rule, problem.row) for problem in raw.problems]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "auto"),
        (TEXT.encode("utf-8-sig"), "auto"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("gb18030"), "auto"),
        (TEXT.encode("gbk"), "gb2312"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "auto"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.translate(str.maketrans("编号态环财", "編號態環財")).encode("utf-8"), "auto"),
    ],
)
def test_what_can_be_shown_is_read(tmp_path: Path, data: bytes, encoding: str) -> None:
    raw = table(tmp_path, data, encoding)
    assert raw.cells.shape == (4, 2)
    assert raw.cells.rows()[2] == ("2", "自然资源局")
    assert told(raw) == []


def test_big5_is_read_where_declared_and_refused_elsewhere(tmp_path: Path) -> None:
    data = "編號,名稱\n1,臺北市政府財政局\n2,環境保護局\n3,主計總處\n".encode("big5")
    assert table(tmp_path, data, "big5").cells.rows()[1] == ("1", "臺北市政府財政局")
    assert "big5" in refusal(tmp_path, data)
    assert "big5" in refusal(tmp_path, data, "gb18030")


def test_utf16_without_mark_is_refused_with_advice(tmp_path: Path) -> None:
    assert "utf-16-le" in refusal(tmp_path, TEXT.encode("utf-16-le"))
    assert "utf-16-be" in refusal(tmp_path, TEXT.encode("utf-16-be"))


def test_a_mark_that_contradicts_the_declaration_is_told(tmp_path: Path) -> None:
    raw = table(tmp_path, TEXT.encode("utf-8-sig"), "gb18030")
    assert raw.cells.rows()[0] == ("编号", "名称")
    assert told(raw) == [("READ-21", None)]


def test_gbk_that_is_valid_utf8_by_chance_needs_a_declaration(tmp_path: Path) -> None:
    data = "a,一元\n1,一元\n".encode("gbk")
    assert data.decode("utf-8") != "a,一元\n1,一元\n"
    assert "gb18030" in refusal(tmp_path, data)
    assert table(tmp_path, data, "gb18030").cells.rows()[1] == ("1", "一元")


@pytest.mark.parametrize("text", ["AÑO,SECRETARÍA\n1,año\n", "pm,μg/m³\n1,25°\n", "a,b\n1,±2×3\n"])
def test_latin_words_and_symbols_in_utf8_are_what_they_seem(tmp_path: Path, text: str) -> None:
    raw = table(tmp_path, text.encode())
    assert ",".join(raw.cells.rows()[0]) == text.split("\n")[0]
    assert told(raw) == []


def test_lines_of_another_encoding_are_told_one_by_one(tmp_path: Path) -> None:
    lines = [f"{n},自然资源局{n}".encode() for n in range(1, 21)]
    lines[6] = "7,市财政局".encode("gbk")
    raw = table(tmp_path, b"\n".join(lines))
    assert told(raw) == [("READ-05", 7)]
    assert raw.cells.height == 20
    assert raw.cells.rows()[6][0] == "7"
    assert raw.cells.rows()[6][1].startswith(r"\xca")
    assert raw.cells.rows()[7] == ("8", "自然资源局8")


def test_a_lone_euro_byte_holds_its_row(tmp_path: Path) -> None:
    lines = [f"{n},自然资源局".encode("gbk") for n in range(1, 11)]
    lines[3] = b"4,\x80 100"
    raw = table(tmp_path, b"\n".join(lines))
    assert told(raw) == [("READ-05", 4)]
    assert raw.cells.rows()[3] == ("4", r"\x80 100")


def test_one_long_line_is_judged_by_its_characters(tmp_path: Path) -> None:
    page = "<html><table><tr><td>市财政局</td><td>乙</td></tr></table>{}</html>"
    data = page.format("国有建设用地使用权出让" * 20_000).encode("gbk")
    data = data.replace(b"</html>", b"\xff</html>")
    path = tmp_path / "page.html"
    path.write_bytes(data)
    (raw,) = read(path, HtmlTableReader(type="html_tables"), name="page.html")
    assert raw.cells.rows() == [("市财政局", "乙")]
    path.write_bytes(b"<html>" + b" " * 300_000 + data)
    (raw,) = read(path, HtmlTableReader(type="html_tables"), name="page.html")
    assert raw.cells.rows() == [("市财政局", "乙")]


def test_a_wrong_declaration_is_refused(tmp_path: Path) -> None:
    assert "auto" in refusal(tmp_path, TEXT.encode("gbk"), "utf-8")
    assert "klingon" in refusal(tmp_path, TEXT.encode(), "klingon")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_file_that_ends_inside_a_character_is_refused(tmp_path: Path, encoding: str) -> None:
    data = TEXT.rstrip("\n").encode(encoding)[:-1]
    assert "没有传完" in refusal(tmp_path, data, encoding)
    if encoding != "utf-16-le":
        assert "没有传完" in refusal(tmp_path, data)


def test_marks_inside_the_file_are_removed_and_told(tmp_path: Path) -> None:
    raw = table(tmp_path, b"\xef\xbb\xbf\xef\xbb\xbf" + TEXT.encode() + b"\xef\xbb\xbf4,x\n")
    assert raw.cells.rows()[0] == ("编号", "名称")
    assert raw.cells.rows()[4] == ("4", "x")
    assert told(raw) == [("READ-09", None)]


def test_private_use_of_old_gb18030_becomes_the_standard_characters(tmp_path: Path) -> None:
    odd = b"\xa6\xd9\xfe\x59\xa8\xbc"
    raw = table(tmp_path, "编号,名称\n1,自然资源局\n2,".encode("gb18030") + odd + b"\n")
    assert raw.cells.rows()[2] == ("2", "︐龴ḿ")
    assert told(raw) == [("READ-07", None)]


def test_the_table_of_swaps_is_that_of_gb18030_2022() -> None:
    # Byte pairs and code points of the annex, written down independently of the table.
    pairs = {
        "A6D9": "FE10", "A6DA": "FE12", "A6DB": "FE11", "A6DC": "FE13", "A6DD": "FE14",
        "A6DE": "FE15", "A6DF": "FE16", "A6EC": "FE17", "A6ED": "FE18", "A6F3": "FE19",
        "FE59": "9FB4", "FE61": "9FB5", "FE66": "9FB6", "FE67": "9FB7", "FE6D": "9FB8",
        "FE7E": "9FB9", "FE90": "9FBA", "FEA0": "9FBB",
    }  # fmt: skip
    for code, standard in pairs.items():
        text = bytes.fromhex(code).decode("gb18030").translate(GB18030_2022_SWAPS)
        assert f"{ord(text):04X}" == standard


def test_other_private_use_characters_are_told(tmp_path: Path) -> None:
    raw = table(tmp_path, "a,名称\n1,\ue123\n".encode())
    assert [(p.rule, p.row, p.column) for p in raw.problems] == [("READ-08", 2, 1)]


@pytest.mark.parametrize(
    "garbled",
    [
        "市财政局".encode().decode("latin-1"),
        "å¸‚è´¢",
        "市财政局".encode("gbk").decode("latin-1"),
        "锟斤拷锟斤拷",
        "市\ufffd局",
        "市财政局".encode().decode("gbk", "replace").replace("\ufffd", ""),
    ],
)
def test_text_that_was_garbled_before_is_told_in_its_cell(tmp_path: Path, garbled: str) -> None:
    raw = table(tmp_path, f"a,名称\n1,{garbled}\n2,自然资源局\n".encode())
    assert [(p.rule, p.row, p.column) for p in raw.problems] == [("READ-06", 2, 1)]


def test_garbled_text_is_seen_in_later_blocks_too(tmp_path: Path) -> None:
    filler = "".join(f"{n},自然资源局和规划局\n" for n in range(60_000))
    raw = table(tmp_path, (filler + "x,å¸‚è´¢\ny,锟斤拷\nz,\ue123\n").encode())
    assert told(raw) == [("READ-06", 60_001), ("READ-06", 60_002), ("READ-08", 60_003)]


@pytest.mark.parametrize(
    "text",
    [
        "浙江省杭州市",
        "涓涓细流",
        "鍖",
        "Université",
        "Ñandú",
        "μg/m³",
        "25°C·h",
        "ＡＢＣ１２３",
        "㈱",
    ],
)
def test_plausible_text_is_not_called_garbled(tmp_path: Path, text: str) -> None:
    assert told(table(tmp_path, f"名称,值\n市,{text}\n".encode())) == []


def test_double_encoding_is_recognised_by_reading_it_back() -> None:
    assert is_double_encoded("市财政局".encode().decode("gbk"))
    assert not is_double_encoded("国有建设用地使用权出让结果")
