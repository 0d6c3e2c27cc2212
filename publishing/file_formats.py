"""The formats of a release's tables, and what the vocabularies of catalogues call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of a table.

    Attributes:
        file_type: in the authority table of the EU's Publications Office.
        media_type: of the table, uncompressed, as registered with IANA.
        compression: media type of the compression; "" where there is none.
        title: for people, in Chinese and in English.
    """

    file_type: str
    media_type: str
    compression: str
    title: tuple[str, str]

    @property
    def encoding_format(self) -> str:
        """The media type of the bytes that are served."""
        return self.compression or self.media_type


_CSV, _LINES, _GZIP = "text/csv", "application/x-ndjson", "application/gzip"

FILE_FORMATS: Final[dict[str, FileFormat]] = {
    "csv": FileFormat("CSV", _CSV, "", ("CSV 表格", "CSV table")),
    "csv.gz": FileFormat("CSV", _CSV, _GZIP, ("CSV 表格（gzip）", "CSV table (gzip)")),
    "jsonl": FileFormat("JSON", _LINES, "", ("JSON 行", "JSON lines")),
    "jsonl.gz": FileFormat("JSON", _LINES, _GZIP, ("JSON 行（gzip）", "JSON lines (gzip)")),
    "parquet": FileFormat("PARQUET", "application/vnd.apache.parquet", "", ("Parquet", "Parquet")),
    "excel.xlsx": FileFormat(
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "",
        ("Excel 工作簿", "Excel workbook"),
    ),
    "excel.csv": FileFormat("CSV", _CSV, "", ("供 Excel 打开的 CSV", "CSV for Excel")),
}
"""By the name a site's ``formats`` gives them, in the order in which files are listed."""
