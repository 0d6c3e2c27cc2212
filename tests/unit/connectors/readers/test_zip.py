"""Members of ZIP archives, and the tricks archives play."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from connectors.readers import archive, read
from schemas.message import UnreadableFileError
from schemas.raw_table import RawTable, locate
from schemas.reader_options import DelimitedReader, HtmlLabelReader, JsonReader, ReaderOptions

CSV = DelimitedReader(type="delimited")


def tables(path: Path, members: str = "*.csv", options: ReaderOptions = CSV) -> list[RawTable]:
    return list(read(path, options, name="a.zip", members=members))


def refusal(path: Path, members: str = "*.csv") -> str:
    with pytest.raises(UnreadableFileError) as caught:
        tables(path, members)
    return caught.value.message().zh


def packed(path: Path, **files: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


def renamed(path: Path, old: bytes, new: bytes, *, utf8: bool) -> Path:
    """Give a member other bytes for its name, as another packing program would."""
    data = path.read_bytes().replace(old, new)
    if not utf8:
        data = bytearray(data)
        for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(sign)
            while at >= 0:
                flags = struct.unpack_from("<H", data, at + offset)[0] & ~0x800
                struct.pack_into("<H", data, at + offset, flags)
                at = data.find(sign, at + 4)
    path.write_bytes(bytes(data))
    return path


def test_members_by_glob_in_order(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        **{
            "b/2.csv": "a,b\n3,4\n",
            "b/1.csv": "a,b\n1,2\n",
            "readme.txt": "x",
            "__MACOSX/b/._1.csv": b"\x00\x05",
            ".DS_Store": "x",
        },
    )
    first, second = tables(path)
    assert (first.container, second.container) == ("b/1.csv!", "b/2.csv!")
    assert first.cells.rows() == [("a", "b"), ("1", "2")]
    assert locate(first.container, first.scheme, 2, 0) == "b/1.csv! line 2 column 1"
    assert [raw.container for raw in tables(path, "b/2*")] == ["b/2.csv!"]
    assert "readme.txt" in refusal(path, "*.xls")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_the_utf8_flag(tmp_path: Path, encoding: str) -> None:
    name = "供地结果.csv".encode(encoding)
    stand_in = "n" * len(name)
    path = packed(tmp_path / "a.zip", **{stand_in: "a,b\n1,2\n"})
    renamed(path, stand_in.encode(), name, utf8=False)
    (raw,) = tables(path)
    assert raw.container == "供地结果.csv!"


def test_names_with_the_utf8_flag(tmp_path: Path) -> None:
    (raw,) = tables(packed(tmp_path / "a.zip", **{"供地结果.csv": "a,b\n1,2\n"}))
    assert raw.container == "供地结果.csv!"


@pytest.mark.parametrize(
    "name", ["../x.csv", "/etc/x.csv", "C:/x.csv", "a/../../x.csv", "..\\x.csv"]
)
def test_names_that_point_outside(tmp_path: Path, name: str) -> None:
    assert "包外" in refusal(packed(tmp_path / "a.zip", **{name: "a,b\n", "ok.csv": "a,b\n"}))


def test_links_encryption_and_doubled_names(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("x.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as target:
        target.writestr(link, "/etc/passwd")
    assert "链接" in refusal(tmp_path / "a.zip")

    path = packed(tmp_path / "b.zip", **{"x.csv": "a,b\n"})
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(sign) + offset] |= 1
    path.write_bytes(bytes(data))
    assert "密码" in refusal(path)

    path = packed(tmp_path / "c.zip", **{"x.csv": "a,b\n", "y.csv": "a,b\n"})
    path.write_bytes(path.read_bytes().replace(b"y.csv", b"x.csv"))
    assert "同名" in refusal(path)


def test_an_archive_within(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", **{"x.csv": "a,b\n"}).read_bytes()
    assert "也是压缩包" in refusal(packed(tmp_path / "a.zip", **{"inner.csv": inner}))


def test_expansion_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "RATIO_COUNTS_FROM_BYTES", 1000)
    path = packed(tmp_path / "a.zip", **{"x.csv": "a,b\n" * 100_000})
    assert "炸弹" in refusal(path)
    monkeypatch.setattr(archive, "MAX_RATIO", 1e9)
    assert tables(path)
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 400_000)
    assert tables(path)
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 399_999)
    assert "炸弹" in refusal(path)


def test_sizes_that_lie_are_no_way_round(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"x.csv": "a,b\n" * 1000})
    data = path.read_bytes().replace(struct.pack("<L", 4000), struct.pack("<L", 40))
    path.write_bytes(data)
    assert "损坏" in refusal(path)


def test_damaged_and_other_files(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"x.csv": "a,b\n1,2\n" * 500})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "损坏" in refusal(path)
    path.write_bytes(b"a,b\n1,2\n")
    assert "ZIP" in refusal(path)
    path.write_bytes(b"")
    assert "0 字节" in refusal(path)


def test_trouble_in_a_member_names_the_member(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"x.csv": "%PDF-1.4", "w.csv": "a,b\n"})
    assert refusal(path).startswith("a.zip x.csv: ")


def test_places_of_cells_are_prefixed_too(tmp_path: Path) -> None:
    page = "<html><table><tr><td>甲：</td><td>1</td></tr></table></html>"
    path = packed(tmp_path / "a.zip", **{"p.html": page, "d.json": '[{"a": 1}]'})
    (raw,) = tables(path, "*.html", HtmlLabelReader(type="html_labels"))
    assert raw.places == {(0, 0): "p.html!table 1 row 1 cell 2"}
    (raw,) = tables(path, "*.json", JsonReader(type="json"))
    assert locate(raw.container, raw.scheme, 0, 0, "a") == "d.json!/0/a"


def test_a_plain_zip_needs_members(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{"x.csv": "a,b\n"})
    with pytest.raises(UnreadableFileError, match="members"):
        list(read(path, CSV, name="a.zip"))
