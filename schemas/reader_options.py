"""Options of the readers, as they stand under ``reader:`` of a layout."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.strict import StrictModel


class DelimitedReader(StrictModel):
    """CSV and other delimited text. ``encoding: auto`` tries BOM, UTF-8, GB18030 strictly."""

    type: Literal["delimited"]
    encoding: str = "auto"
    delimiter: Annotated[str, Field(min_length=1, max_length=4)] | Literal["auto"] = ","
    quote: Annotated[str, Field(max_length=1)] = '"'


class SpreadsheetReader(StrictModel):
    """Workbooks: ``.xlsx``/``.xlsm``/``.xls`` told apart by their bytes, not by their names.

    ``sheets`` are names or regular expressions (``/…/``); empty means the only visible sheet.
    ``merged: fill`` gives every cell of a merged range its value; ``top_left`` leaves the rest
    empty, as the file has it. Hidden rows and sheets are read and said, never skipped silently.
    """

    type: Literal["spreadsheet"]
    sheets: tuple[str, ...] = ()
    merged: Literal["fill", "top_left"] = "fill"


class HtmlTableReader(StrictModel):
    """HTML tables with rowspan and colspan. ``tables`` are 1-based numbers; ``containing`` keeps
    the tables that hold all these texts; both empty means the only table of the page."""

    type: Literal["html_tables"]
    encoding: str = "auto"
    tables: tuple[Annotated[int, Field(ge=1)], ...] = ()
    containing: tuple[str, ...] = ()


class HtmlLabelReader(StrictModel):
    """Label:value tables of HTML pages: every page gives one record whose columns are labels."""

    type: Literal["html_labels"]
    encoding: str = "auto"
    tables: tuple[Annotated[int, Field(ge=1)], ...] = ()
    containing: tuple[str, ...] = ()


class JsonReader(StrictModel):
    """JSON, GeoJSON, concatenated JSON documents and NDJSON.

    ``records`` is the JSON pointer of the array (``""`` for the document itself). Nested objects
    become columns named by their path (``properties/aqi``); arrays keep their JSON text.
    """

    type: Literal["json"]
    encoding: str = "auto"
    form: Literal["document", "concatenated", "lines"] = "document"
    records: Annotated[str, Field(pattern=r"^(/.*)?$")] = ""


class XmlReader(StrictModel):
    """XML: ``records`` is the path of the record elements (``rows/row``), namespaces ignored."""

    type: Literal["xml"]
    records: str


ReaderOptions = Annotated[
    DelimitedReader
    | SpreadsheetReader
    | HtmlTableReader
    | HtmlLabelReader
    | JsonReader
    | XmlReader,
    Field(discriminator="type"),
]
