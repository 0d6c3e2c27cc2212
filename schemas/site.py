"""The site file ``gongkai.yml``: one publisher's deployment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.dataset import Identifier
from schemas.portal_options import PortalOptions
from schemas.strict import StrictModel, Text
from schemas.targets import Target


class Publisher(StrictModel):
    """Who publishes. ``division_code`` is the GB/T 2260 code of the area it is responsible for;
    rules that check the area are skipped where it is not given."""

    name: Text
    division_code: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    homepage: str | None = None
    contact: str | None = None


class Site(StrictModel):
    """``gongkai.yml``. Paths are relative to the folder it stands in."""

    format: Literal[1]
    id: Identifier
    publisher: Publisher
    base_url: str = "http://127.0.0.1:8000"
    timezone: str = "Asia/Shanghai"
    language: Literal["zh-CN", "en"] = "zh-CN"
    database: str = "sqlite:///gongkai.db"
    archive: str = "archive"
    public: str = "public"
    second_opinion: bool = False  # judge each batch also with Great Expectations itself
    query_api: bool = True  # whether /api/v1/ is served at base_url; the catalogue names it then
    ocid_prefix: Annotated[str, Field(pattern=r"^ocds-[a-z0-9]{6}$")] = "ocds-213czf"
    office_phones: tuple[str, ...] = ()  # telephone numbers that may be published
    formats: tuple[
        Literal["csv", "csv.gz", "jsonl", "jsonl.gz", "parquet", "excel.xlsx", "excel.csv"], ...
    ] = (
        "csv",
        "csv.gz",
        "jsonl",
        "jsonl.gz",
        "parquet",
        "excel.xlsx",
    )
    targets: tuple[Target, ...] = ()  # places outside that are kept up to date
    portal: PortalOptions = PortalOptions()
