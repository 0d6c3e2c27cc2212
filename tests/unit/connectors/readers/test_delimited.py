"""Delimited text: exact rows at exact lines, and problems where they are."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.readers import read
from connectors.readers.delimited_rows import Dialect, exact_rows, lines_of, regular_rows
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable, locate
from schemas.reader_options import DelimitedReader


def tables(
    folder: Path, data: bytes | str, *, chunk_rows: int = 200_000, **options: object
) -> list[RawTable]:
    path = folder / "file.bin"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    reader = DelimitedReader.model_validate({"type": "delimited", **options})
    return list(read(path, reader, name="2024.csv", chunk_rows=chunk_rows))


def table(folder: Path, data: bytes | str, **options: object) -> RawTable:
    (only,) = tables(folder, data, **options)
    return only


def told(raw: RawTable) -> list[tuple[str, int | None]]:
    return [(problem.rule, problem.row) for problem in raw.problems]


def test_text_survives_unchanged_and_headers_stay_among_the_cells(tmp_path: Path) -> None:
    raw = table(tmp_path, "编号,值\n00123,NA\n１２３,null\n 110101199003071234 ,\n")
    assert raw.columns is None
    assert raw.cells.rows() == [
        ("编号", "值"),
        ("00123", "NA"),
        ("１２３", "null"),
        (" 110101199003071234 ", ""),
    ]
    assert raw.positions.to_list() == [1, 2, 3, 4]
    assert told(raw) == []
    assert locate(raw.container, raw.scheme, 3, 1) == "line 3 column 2"


def test_gb18030_without_any_mark(tmp_path: Path) -> None:
    raw = table(tmp_path, "编号,名称\n1,市财政局\n2,𠮷䶮㐀\n".encode("gb18030"))
    assert raw.cells.rows()[1:] == [("1", "市财政局"), ("2", "𠮷䶮㐀")]
    assert told(raw) == []


@pytest.mark.parametrize(("cells", "rule"), [("1,2,3", "READ-01"), ("1", "READ-02")])
def test_one_row_of_another_width_is_told_and_moves_nothing(
    tmp_path: Path, cells: str, rule: str
) -> None:
    raw = table(tmp_path, f"a,b\n1,2\n{cells}\n3,4\n")
    assert told(raw) == [(rule, 3)]
    assert raw.cells.rows()[3][:2] == ("3", "4")
    assert [cell for cell in raw.cells.rows()[2] if cell is not None] == cells.split(",")


def test_an_extra_cell_in_every_row_leaves_the_header_short(tmp_path: Path) -> None:
    raw = table(tmp_path, "a,b\n1,2,3\n4,5,6\n")
    assert told(raw) == [("READ-02", 1)]
    assert raw.cells.rows() == [("a", "b", None), ("1", "2", "3"), ("4", "5", "6")]


def test_a_missing_cell_is_null_and_an_empty_one_is_not(tmp_path: Path) -> None:
    raw = table(tmp_path, "a,b,c\n1,,\n1,2\n")
    assert raw.cells.rows()[1:] == [("1", "", ""), ("1", "2", None)]


def test_an_open_quote_costs_one_row_of_ten_thousand(tmp_path: Path) -> None:
    lines = [f"{number},名称{number}" for number in range(1, 10_001)]
    lines[2] = '3,"名称3'
    raw = table(tmp_path, "\n".join(lines) + "\n")
    assert told(raw) == [("READ-03", 3)]
    assert raw.cells.height == 10_000
    assert raw.cells.rows()[2] == ("3", '"名称3')
    assert raw.cells.rows()[3] == ("4", "名称4")
    assert raw.positions.to_list() == list(range(1, 10_001))


def test_embedded_line_ends_commas_and_quotes(tmp_path: Path) -> None:
    raw = table(tmp_path, 'a,b\n"x\r\ny","p, ""q"""\n3,4\n')
    assert raw.cells.rows() == [("a", "b"), ("x\r\ny", 'p, "q"'), ("3", "4")]
    assert raw.positions.to_list() == [1, 2, 4]
    assert told(raw) == []


def test_a_quoted_record_may_cross_the_end_of_a_block(tmp_path: Path) -> None:
    filler = "".join(f"{number},{'x' * 90}\n" for number in range(10_800))
    long = "\n".join("y" * 999 for _ in range(90))
    data = filler + f'q,"{long}"\n' + filler
    assert len(filler) < 1 << 20 < len(filler) + len(long)
    raw = table(tmp_path, data)
    assert told(raw) == []
    assert raw.cells.rows()[10_800] == ("q", long)
    assert raw.positions[10_800] == 10_801
    assert raw.positions[10_801] == 10_801 + 90
    assert raw.cells.height == 2 * 10_800 + 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(tmp_path: Path, end: str) -> None:
    raw = table(tmp_path, end.join(["a,b", "1,2", "3,4"]))
    assert raw.cells.rows() == [("a", "b"), ("1", "2"), ("3", "4")]
    assert raw.positions.to_list() == [1, 2, 3]


def test_mixed_line_ends(tmp_path: Path) -> None:
    raw = table(tmp_path, "a,b\r\n1,2\n3,4\r5,6\n")
    assert raw.cells.rows() == [("a", "b"), ("1", "2"), ("3", "4"), ("5", "6")]
    assert told(raw) == []


def test_blank_lines_are_no_rows_and_shift_no_position(tmp_path: Path) -> None:
    raw = table(tmp_path, "\na,b\n\n1,2\n\n\n3,4\n\n")
    assert raw.positions.to_list() == [2, 4, 7]
    assert told(raw) == []


@pytest.mark.parametrize("sign", [";", "\t", "|", "，", "||"])
def test_other_delimiters(tmp_path: Path, sign: str) -> None:
    raw = table(tmp_path, f'甲{sign}乙\n1{sign}2\n"x{sign}y"{sign}3\n', delimiter=sign)
    assert raw.cells.rows() == [("甲", "乙"), ("1", "2"), (f"x{sign}y", "3")]
    assert told(raw) == []


@pytest.mark.parametrize("sign", [";", "\t", "|", "，"])
def test_another_delimiter_than_declared_is_refused_by_name(tmp_path: Path, sign: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        tables(tmp_path, f"甲{sign}乙\n1{sign}2\n3{sign}4\n")
    assert repr(sign) in caught.value.message().zh
    assert caught.value.message().zh.startswith("2024.csv: ")
    found = table(tmp_path, f"甲{sign}乙\n1{sign}2\n3{sign}4\n", delimiter="auto")
    assert found.cells.rows()[2] == ("3", "4")


def test_an_ambiguous_delimiter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"reader\.delimiter"):
        tables(tmp_path, "a,b;c\n1,2;3\n4,5;6\n", delimiter="auto")


def test_nul_characters_are_told_where_they_stand(tmp_path: Path) -> None:
    raw = table(tmp_path, "a,b\n1,2\n3,4\x00\n5,6\n")
    assert [(p.rule, p.row, p.column) for p in raw.problems] == [("READ-04", 3, 1)]
    assert raw.cells.height == 4


def test_a_field_of_200_kb_and_ten_thousand_columns(tmp_path: Path) -> None:
    big = "长" * 200_000
    raw = table(tmp_path, f'a,b\n1,{big}\n"q",{big}\n')
    assert raw.cells.rows()[1:] == [("1", big), ("q", big)]
    wide = ",".join(map(str, range(10_000)))
    raw = table(tmp_path, f"{wide}\n{wide}\n")
    assert raw.cells.shape == (2, 10_000)
    assert raw.cells["9999"].to_list() == ["9999", "9999"]
    assert told(raw) == []


def test_header_only_and_empty(tmp_path: Path) -> None:
    assert table(tmp_path, "a,b").cells.rows() == [("a", "b")]
    with pytest.raises(UnreadableFileError, match="empty"):
        tables(tmp_path, b"")


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"<html><table><tr><td>1</td><td>2</td></tr></table></html>", "html_tables"),
        (b'[{"a": 1}]', "reader.type: json"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "spreadsheet"),
        (b"<?xml version='1.0'?><rows/>", "reader.type: xml"),
    ],
)
def test_something_else_than_text_is_refused_by_name(
    tmp_path: Path, data: bytes, named: str
) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        tables(tmp_path, data)
    assert named in caught.value.message().zh
    assert named in caught.value.message().en


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("<!DOCTYPE html><html><body>请稍候</body></html>", "验证"),
        ("<html><title>登录</title><form><input type=password></form></html>", "登录"),
    ],
)
def test_a_wall_where_data_is_expected_is_refused_as_such(
    tmp_path: Path, page: str, word: str
) -> None:
    with pytest.raises(UnreadableFileError, match=word):
        tables(tmp_path, page)


def test_chunks_continue_and_problems_go_with_their_rows(tmp_path: Path) -> None:
    lines = [f"{number},x" for number in range(1, 26)]
    lines[12] = "13,x,extra"
    chunks = tables(tmp_path, "\n".join(lines), chunk_rows=10)
    assert [chunk.continues for chunk in chunks] == [False, True, True]
    assert [chunk.cells.height for chunk in chunks] == [10, 10, 5]
    assert [told(chunk) for chunk in chunks] == [[], [("READ-01", 13)], []]
    assert [p for chunk in chunks for p in chunk.positions] == list(range(1, 26))
    exact = tables(tmp_path, "\n".join(lines[:12]), chunk_rows=12)
    assert [chunk.cells.height for chunk in exact] == [12]


def test_quote_none_keeps_quotes(tmp_path: Path) -> None:
    raw = table(tmp_path, 'a,b\n5" 管,"x\n', quote="")
    assert raw.cells.rows() == [("a", "b"), ('5" 管', '"x')]
    assert told(raw) == []


def test_a_quote_inside_an_unquoted_cell_is_text(tmp_path: Path) -> None:
    raw = table(tmp_path, 'a,b\n5" 管,x\n"y" ,z\n')
    assert raw.cells.rows()[1] == ('5" 管', "x")
    assert told(raw) == [("READ-03", 3)]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('a, "b"\r\n', 1),
        (' "a",b\r\n', 1),
        ('a, "b" \r\n', 1),
        ('a," ""b"""\r\n', 0),
        ('a,""""" "\r\n', 0),
        ('a," b"\r\n', 0),
    ],
)
def test_quotes_beside_blanks_are_told_only_where_they_were_meant(text: str, problems: int) -> None:
    _, _, found, _ = exact_rows(lines_of(text), 1, Dialect(",", '"'), final=True)
    assert [one.rule for one in found] == ["READ-03"] * problems


FIELD = st.text(alphabet=st.sampled_from('ab,"\n\r |中，é '), max_size=6)


@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.tuples(*[FIELD] * n), min_size=1)))
@example([("", '"" ')])
@example([("a", ' "b"')])
def test_the_exact_path_reads_what_the_csv_module_writes(rows: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    found, starts, problems, left = exact_rows(
        lines_of(out.getvalue()), 1, Dialect(",", '"'), final=True
    )
    assert [tuple(row) for row in found] == rows
    assert problems == []
    assert left == 0
    assert starts == sorted(set(starts))


RAW_LINE = st.lists(
    st.sampled_from(["", "a", '"a"', '"a,b"', "中", '"', 'a"b', '""', '"a""b"', " ", '"a" ', ","]),
    min_size=1,
    max_size=4,
).map(",".join)


@given(
    st.lists(RAW_LINE, min_size=1, max_size=6), st.integers(1, 4), st.sampled_from(["\n", "\r\n"])
)
def test_the_fast_path_agrees_with_the_exact_one_or_declines(
    lines: list[str], width: int, end: str
) -> None:
    text = end.join(lines) + end
    dialect = Dialect(",", '"')
    fast = regular_rows(text.encode(), width, 1, dialect)
    rows, starts, problems, _ = exact_rows(lines_of(text), 1, dialect, final=True)
    if fast is not None:
        assert fast.cells.rows() == [tuple(row) for row in rows]
        assert list(fast.positions) == starts
        assert problems == []


def test_the_fast_path_takes_regular_text() -> None:
    dialect = Dialect(",", '"')
    assert regular_rows(b"a,b\n1,2\n", 2, 1, dialect) is not None
    assert regular_rows(b'"a","b, c"\r\n"1",2\r\n', 2, 1, dialect) is not None
    assert regular_rows(b"a,b\n1\n", 2, 1, dialect) is None
    assert regular_rows(b"a,b,c\n1\n", 2, 1, dialect) is None
    assert regular_rows(b'"a\nb",1\n', 2, 1, dialect) is None


def test_whole_blocks_read_alike_on_both_paths(tmp_path: Path) -> None:
    rows = [[str(n), f"名称 {n}", "a,b" if n % 7 == 0 else "x", ""] for n in range(60_000)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    regular = table(tmp_path, out.getvalue().encode("gb18030"))
    odd = table(tmp_path, (out.getvalue() + '"l\nast",,,\n').encode("gb18030"))
    assert regular.cells.rows() == [tuple(row) for row in rows]
    assert odd.cells.rows()[:-1] == regular.cells.rows()
