"""JSON in its four forms; numbers as written, pointers that lead back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.readers import read
from connectors.readers.json_documents import escaped
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable, locate
from schemas.reader_options import JsonReader


def tables(
    folder: Path, data: bytes | str, *, chunk_rows: int = 200_000, **options: object
) -> list[RawTable]:
    path = folder / "x.json"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    reader = JsonReader.model_validate({"type": "json", **options})
    return list(read(path, reader, name="x.json", chunk_rows=chunk_rows))


def table(folder: Path, data: bytes | str, **options: object) -> RawTable:
    (only,) = tables(folder, data, **options)  # type: ignore[arg-type]
    return only


def refusal(folder: Path, data: bytes | str, **options: object) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        tables(folder, data, **options)  # type: ignore[arg-type]
    return caught.value.message().zh


def told(raw: RawTable) -> list[tuple[str, int | None, int | None]]:
    return [(problem.rule, problem.row, problem.column) for problem in raw.problems]


def place(raw: RawTable, row: int, column: int) -> str:
    assert raw.columns is not None
    own = raw.places.get((row, column))
    return own or locate(raw.container, raw.scheme, raw.positions[row], column, raw.columns[column])


def resolve(document: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def test_values_keep_their_text(tmp_path: Path) -> None:
    raw = table(
        tmp_path,
        '[{"a": 1.10, "b": 1e3, "c": 12345678901234567890, "d": true, "e": null, "f": "",'
        ' "g": [1.50, {"x": "中"}], "h": {}, "i": "00123"}]',
    )
    assert raw.columns == tuple("abcdefghi")
    assert raw.cells.rows() == [
        (
            "1.10",
            "1e3",
            "12345678901234567890",
            "true",
            None,
            "",
            '[1.50,{"x":"中"}]',
            "{}",
            "00123",
        )
    ]


def test_pointers_lead_back_to_the_value(tmp_path: Path) -> None:
    document = {"features": [{"properties": {"aqi": "5"}}, {"properties": {"a/b~c": {"d": "6"}}}]}
    raw = table(tmp_path, json.dumps(document), records="/features")
    assert raw.container == "/features"
    assert raw.columns == ("properties/aqi", "properties/a~1b~0c/d")
    assert raw.positions.to_list() == [0, 1]
    assert place(raw, 0, 0) == "/features/0/properties/aqi"
    assert resolve(document, place(raw, 1, 1)) == "6"


JSON_KEY = st.text(alphabet="ab/~ é", min_size=1, max_size=3)
RECORD = st.recursive(
    st.text(max_size=3), lambda inner: st.dictionaries(JSON_KEY, inner, max_size=3), max_leaves=6
).filter(lambda value: isinstance(value, dict))


@given(st.lists(RECORD, min_size=1, max_size=3))
@settings(max_examples=60)
def test_every_leaf_is_found_again_by_its_pointer(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]
) -> None:
    document = {"数据": records}
    pointer = "/" + escaped("数据")
    raw = table(tmp_path_factory.mktemp("json"), json.dumps(document), records=pointer)
    leaves = 0
    for row in range(raw.cells.height):
        for column, cell in enumerate(raw.cells.row(row)):
            if cell is not None:
                value = resolve(document, place(raw, row, column))
                assert (cell == "{}") if value == {} else (cell == value)
                leaves += 1
    assert leaves == sum(map(count_leaves, records))


def count_leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(1 if item == {} else count_leaves(item) for item in value.values())
    return 1


def test_the_document_itself_an_object_and_no_array(tmp_path: Path) -> None:
    raw = table(tmp_path, '[{"a": 1}]')
    assert place(raw, 0, 0) == "/0/a"
    single = table(tmp_path, '{"data": {"a": {"b": 1}}}', records="/data")
    assert single.cells.rows() == [("1",)]
    assert place(single, 0, 0) == "/data/a/b"
    assert "records" in refusal(tmp_path, '{"data": 5}', records="/data")


def test_concatenated_documents_of_different_shape(tmp_path: Path) -> None:
    text = '[\n{"名": "甲", "x": 1}\n][\n{"y": 2}, {"y": 3}\n]{"y": 4}'
    first, second, third = tables(tmp_path, text.encode("gb18030"), form="concatenated")
    assert (first.container, first.columns) == ("document 1", ("名", "x"))
    assert (second.container, second.columns) == ("document 2", ("y",))
    assert place(second, 1, 0) == "document 2/1/y"
    assert place(third, 0, 0) == "document 3/y"
    assert "concatenated" in refusal(tmp_path, text)


def test_lines_with_one_bad_line(tmp_path: Path) -> None:
    raw = table(tmp_path, '{"a": 1}\n\n{"a": 2,}\n{"a": 3}\n{"a": 4} x\n', form="lines")
    assert raw.cells.rows() == [("1",), (None,), ("3",), (None,)]
    assert raw.positions.to_list() == [1, 3, 4, 5]
    assert told(raw) == [("READ-18", 3, None), ("READ-18", 5, None)]
    assert place(raw, 2, 0) == "line/4/a"
    assert refusal(tmp_path, "[1,\n2\n", form="lines")


def test_doubled_keys_and_numbers_that_are_none(tmp_path: Path) -> None:
    raw = table(
        tmp_path, '[{"a": 1, "a": 2}, {"a": NaN}, {"b": {"c": 1, "c": 2}}, {"d": [-Infinity]}]'
    )
    assert told(raw) == [
        ("READ-16", 0, 0),
        ("READ-17", 1, 0),
        ("READ-16", 2, 1),
        ("READ-17", 3, 2),
    ]
    assert raw.cells["0"].to_list() == ["2", "NaN", None, None]


def test_elements_that_are_no_objects(tmp_path: Path) -> None:
    raw = table(tmp_path, '[["a", 1], ["b", null]]')
    assert raw.columns == ("0", "1")
    assert raw.cells.rows() == [("a", "1"), ("b", None)]
    assert place(raw, 1, 0) == "/1/0"
    odd = table(tmp_path, '[{"a": 1}, "x", null]')
    assert told(odd) == [("READ-19", 1, None), ("READ-19", 2, None)]
    assert odd.cells.height == 3


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ('[{"a": 1},]', "第 1 行"),
        ('[{"a": 1}, {"a"', "没有传完"),
        ("[" * 100_000, "嵌套"),
        ("<html><title>登录</title></html>", "登录"),
        ("", "0 字节"),
        ("a,b\n1,2\n", "第 1 行"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, data: str, word: str) -> None:
    assert word in refusal(tmp_path, data)


def test_an_error_reply_is_quoted(tmp_path: Path) -> None:
    text = refusal(tmp_path, '{"code": 500, "msg": "系统繁忙"}', records="/data/list")
    assert "系统繁忙" in text
    assert "/data/list" in text


def test_no_records_and_chunks(tmp_path: Path) -> None:
    empty = table(tmp_path, '{"data": []}', records="/data")
    assert empty.cells.height == 0
    chunks = tables(tmp_path, json.dumps([{"a": n} for n in range(5)]), chunk_rows=2)
    assert [(raw.cells.height, raw.continues) for raw in chunks] == [
        (2, False),
        (2, True),
        (1, True),
    ]
    assert [raw.columns for raw in chunks] == [("a",)] * 3


def test_a_mark_before_the_document(tmp_path: Path) -> None:
    assert table(tmp_path, b'\xef\xbb\xbf[{"a": 1}]').cells.rows() == [("1",)]
