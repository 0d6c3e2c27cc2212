"""Options of the readers, as they stand under ``reader:`` of a layout."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.strict import StrictModel, refuse


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
    """Label:value tables of HTML pages: every page gives one record whose columns are labels.

    With ``record_begins`` a page may hold several, in tables of their own or one below the other:
    each begins with that label, and what stands before the first belongs to all of them.
    """

    type: Literal["html_labels"]
    encoding: str = "auto"
    tables: tuple[Annotated[int, Field(ge=1)], ...] = ()
    containing: tuple[str, ...] = ()
    record_begins: str = ""


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


class NoticeMembers(StrictModel):
    """Which members of a JSON record hold what; of several the first that has a value.

    Names of nested members are paths (``data/title``). ``filed_under`` are all that say what the
    portal calls the notice (政府采购, 中标公告). ``purchaser``, ``agency`` and ``project_number``
    are used where the text says none.
    """

    title: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    record_id: tuple[str, ...] = ()
    filed_under: tuple[str, ...] = ()
    purchaser: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    project_number: tuple[str, ...] = ()


WantedNotice = Literal["award", "contract", "complaint"]
WANTED_NOTICES: tuple[WantedNotice, ...] = get_args(WantedNotice)


class ProcurementNoticeReader(StrictModel):
    """Notices of procurement results, contracts and complaints, from pages or from JSON.

    Every notice of the ``wanted`` kind gives a row per lot and supplier, per contract or per
    complaint; every other notice one row that says in ``notice_kind`` what it is.
    """

    type: Literal["procurement_notice"]
    wanted: WantedNotice
    form: Literal["html", "json"] = "html"
    encoding: str = "auto"
    records: Annotated[str, Field(pattern=r"^(/.*)?$")] = ""
    members: NoticeMembers = NoticeMembers()

    @model_validator(mode="after")
    def _members_of_json(self) -> Self:
        if self.form == "json" and not (self.members.text and self.members.title):
            refuse(
                "form: json 须用 members 写明标题（title）和正文（text）在哪个成员",
                "form: json needs members that say where title and text stand",
            )
        return self


class BudgetDocumentReader(StrictModel):
    """Budgets and final accounts of departments: PDF booklets and workbooks laid out as such.

    Organization, year and stage are read from the document; what is declared here is checked
    against it, and used where the document does not say it. Values that character recognition is
    less sure of than ``minimum_confidence`` are quarantined.
    """

    type: Literal["budget_document"]
    organization_name: Annotated[str, Field(min_length=2)] | None = None
    fiscal_year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    stage: Literal["budget", "adjusted_budget", "final_accounts"] | None = None
    minimum_confidence: Annotated[float, Field(ge=0, le=1)] = 0.9


ReaderOptions = Annotated[
    DelimitedReader
    | SpreadsheetReader
    | HtmlTableReader
    | HtmlLabelReader
    | JsonReader
    | XmlReader
    | ProcurementNoticeReader
    | BudgetDocumentReader,
    Field(discriminator="type"),
]


def form_of(options: ReaderOptions) -> str:
    """The form of the bytes that a reader expects, named by the plain reader of that form: what a
    fetch looks for to tell data from a blocking page, and a whole file from a cut one."""
    if isinstance(options, ProcurementNoticeReader):
        return "html_tables" if options.form == "html" else "json"
    return options.type
