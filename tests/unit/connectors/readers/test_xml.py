"""XML without DTD, entities or network."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.readers import read
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable, locate
from schemas.reader_options import XmlReader


def table(folder: Path, data: bytes | str, records: str = "rows/row") -> RawTable:
    path = folder / "x.xml"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (only,) = read(path, XmlReader(type="xml", records=records), name="x.xml")
    return only


def refusal(folder: Path, data: bytes | str, records: str = "rows/row") -> str:
    with pytest.raises(UnreadableFileError) as caught:
        table(folder, data, records)
    return caught.value.message().zh


def test_attributes_children_and_repetition(tmp_path: Path) -> None:
    raw = table(
        tmp_path,
        '<rows><row id="7"><名称> 甲 </名称><a><b x="1">2</b></a><t>x</t><t>y</t><e/></row>'
        "<other/><row>text</row></rows>",
    )
    assert raw.columns == ("@id", "名称", "a/b", "a/b/@x", "t", "t#2", "e", "#text")
    assert raw.cells.rows() == [
        ("7", " 甲 ", "2", "1", "x", "y", "", None),
        (None,) * 7 + ("text",),
    ]
    assert raw.positions.to_list() == [0, 1]
    assert locate(raw.container, raw.scheme, 0, 2, "a/b") == "/rows/row/0/a/b"


def test_text_between_elements_is_kept(tmp_path: Path) -> None:
    raw = table(tmp_path, "<rows><row>前<a>1</a>后</row></rows>")
    assert raw.columns == ("a", "#text")
    assert raw.cells.rows() == [("1", "前后")]


def test_namespaces_do_not_matter(tmp_path: Path) -> None:
    for name in ("urn:a", "urn:b"):
        raw = table(tmp_path, f'<n:rows xmlns:n="{name}"><n:row><n:a>1</n:a></n:row></n:rows>')
        assert raw.cells.rows() == [("1",)]


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030"])
def test_chinese_encodings_hold_more_than_they_declare(tmp_path: Path, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><rows><row><a>镕䶮</a></row></rows>'
    assert table(tmp_path, text.encode("gb18030")).cells.rows() == [("镕䶮",)]


def test_dtd_bombs_and_external_entities_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rows><row>&b;</row></rows>'
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    outside = f'<!DOCTYPE r [<!ENTITY a SYSTEM "file://{secret}">]><rows><row>&a;</row></rows>'
    for data in (bomb, outside, '<?xml version="1.0"?>' + bomb):
        assert "DTD" in refusal(tmp_path, data)
    assert "DTD" in refusal(tmp_path, b"\xff\xfe" + bomb.encode("utf-16-le"))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("<rows><row><a>1</a></row>", "不完整"),
        ("<list><row/></list>", "list/row"),
        ("<rows><item/></rows>", "rows/item"),
        ('{"a": 1}', "reader.type: json"),
        ("<html><body></body></html>", "html_tables"),
        (b'<?xml version="1.0" encoding="utf-8"?><rows><row>\xca\xd0\xb2\xc6</row></rows>', "解码"),
        ("<rows><row>&unknown;</row></rows>", "不完整"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, data: bytes | str, word: str) -> None:
    assert word in refusal(tmp_path, data)


def test_an_empty_list_has_no_rows(tmp_path: Path) -> None:
    assert table(tmp_path, "<rows></rows>").cells.height == 0


def test_element_names_known_from_html_do_no_harm(tmp_path: Path) -> None:
    raw = table(tmp_path, "<table><tr><a>1</a></tr></table>", "table/tr")
    assert raw.cells.rows() == [("1",)]
