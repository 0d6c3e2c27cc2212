"""What Excel opens: nothing computes, nothing changes, and the canonical CSV is another file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_rows import awkward_texts
from publishing_office import Office, make_dataset, make_frame, parcel
from python_calamine import CalamineWorkbook

from publishing.excel_csv import write_excel_csv
from publishing.workbook import write_workbook

FORMATS = ("csv", "parquet", "excel.xlsx", "excel.csv")
DANGEROUS = "=+-@＝＋－＠\t\r\n"
FORMULAS = (
    '=HYPERLINK("http://x.example","点")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "=1+1",
)


@pytest.fixture
def written(make_office: Callable[..., Office]) -> tuple[Path, list[str]]:
    """A version whose keys are awkward, and these keys in order."""
    office = make_office(site={"formats": FORMATS})
    keys = sorted({*FORMULAS, *awkward_texts()}, key=lambda text: text.encode())
    office.accept([parcel(key) for key in keys])
    office.release()
    return office.version_folder(1), keys


def test_no_cell_of_the_workbook_computes(written: tuple[Path, list[str]]) -> None:
    folder, keys = written
    path = folder / "parcels.excel.xlsx"
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8")
            assert re.search(r"<(f|hyperlink)[ >/]", text) is None, name
            assert "externalLink" not in name
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str):
                    assert cell.number_format == "@"
    read = [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert read == [key.replace("\r", "_x000D_") for key in keys] or read == keys
    other = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in other[1:]] == [key.replace("\r\n", "\n") for key in keys]


def test_numbers_that_a_cell_cannot_hold_are_texts(make_office: Callable[..., Office]) -> None:
    office = make_office(site={"formats": FORMATS})
    office.accept([parcel("1", "-12345678901234567.89")])
    office.release()
    book = openpyxl.load_workbook(office.version_folder(1) / "parcels.excel.xlsx")
    assert book.worksheets[0]["B2"].value == "-12345678901234567.89"
    assert book.worksheets[0]["B2"].data_type == "s"
    (_, row) = excel_rows(office.version_folder(1) / "parcels.excel.csv")
    assert row[1] == "\t-12345678901234567.89"


def excel_rows(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_csv_for_excel_has_chinese_headers_and_local_times(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(site={"formats": FORMATS})
    office.accept([parcel("0701"), parcel("甲", None, is_new=None, floors=None)])
    office.release()
    header, first, second = excel_rows(office.version_folder(1) / "parcels.excel.csv")
    assert header == ["编号", "价格（元）", "容积率", "日期", "时间", "是否新增", "层数"]
    assert first == ["\t0701", "100.00", "1.5", "2026-01-15", "2026-01-15 08:30:00", "TRUE", "3"]
    assert second == ["甲", "", "1.5", "2026-01-15", "2026-01-15 08:30:00", "", ""]


def test_the_canonical_csv_is_untouched(written: tuple[Path, list[str]]) -> None:
    folder, keys = written
    content = (folder / "parcels.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    assert [row[0] for row in read[1:]] == keys


def test_no_cell_of_the_csv_for_excel_starts_a_formula(written: tuple[Path, list[str]]) -> None:
    folder, keys = written
    cells = [row[0] for row in excel_rows(folder / "parcels.excel.csv")[1:]]
    assert [without_mark(cell) for cell in cells] == keys
    for cell, key in zip(cells, keys, strict=True):
        if key[0] in DANGEROUS:
            assert cell == f"'{key}"


def without_mark(cell: str) -> str:
    """The reverse of the rule in the documents: one mark in front, apostrophe or tab, goes where
    what follows is what asks for it."""
    if cell[:1] == "'" and cell[1:2] in DANGEROUS and cell[1:]:
        return cell[1:]
    return cell[1:] if cell[:1] == "\t" else cell


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@given(texts)
@example("1E5")
@example("0701")
@example("2026-03")
@example("2026年3月")
@example("true")
@example("sept2")
@example("１２３")
def test_any_text_stays_a_text(text: str) -> None:
    dataset = make_dataset()
    frame = make_frame(dataset, [parcel("k"), parcel(text or "空")]).select(dataset.field_names)
    with TemporaryFile() as path:
        write_excel_csv(path, frame, dataset)
        cell = excel_rows(path)[2][0]
    assert without_mark(cell) == (text or "空") or text[:1] == "'"
    assert cell[0] not in DANGEROUS or (cell[0] == "\t" and not looks_like_a_formula(cell[1:]))
    if cell == text:
        assert not is_a_number(cell)


def looks_like_a_formula(text: str) -> bool:
    return text.lstrip()[:1] in tuple("=@＝＠")


def is_a_number(text: str) -> bool:
    """Whether Excel would take it for one: digits of half or full width."""
    if not all(one in "0123456789０１２３４５６７８９+-.,eE \t\n\r\x0b\x0c" for one in text):
        return False
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


class TemporaryFile:
    """A path in a folder that goes afterwards."""

    def __enter__(self) -> Path:
        import tempfile

        self._folder = tempfile.TemporaryDirectory()
        return Path(self._folder.name) / "x.csv"

    def __exit__(self, *_: Any) -> None:
        self._folder.cleanup()


def test_a_sheet_that_is_too_long_has_no_csv_for_excel(
    make_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publishing.writers.MOST_ROWS", 1)
    office = make_office(site={"formats": FORMATS})
    office.accept([parcel("1"), parcel("2")])
    office.release()
    (part,) = office.reader.manifest()["partitions"]
    assert part["left_out"] == {"excel.csv": "more than 1 rows"}
    assert not (office.version_folder(1) / "parcels.excel.csv").exists()


def test_a_workbook_gives_the_values_back(tmp_path: Path) -> None:
    dataset = make_dataset()
    rows = [
        parcel("00123", "0.10"),
        parcel("甲", None, ratio=None, signed_on=dt.date(1999, 12, 31), is_new=False),
    ]
    frame = make_frame(dataset, rows).select(dataset.field_names)
    write_workbook(tmp_path / "x.xlsx", frame, dataset)
    read = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    assert read[1][:4] == ["00123", 0.1, 1.5, dt.date(2026, 1, 15)]
    assert read[2][:4] == ["甲", "", "", dt.date(1999, 12, 31)]
    back = pd.read_excel(tmp_path / "x.xlsx", engine="calamine", dtype={"编号": str})
    assert list(back["编号"]) == ["00123", "甲"]
    assert list(back["价格（元）"].dropna()) == [0.1]
