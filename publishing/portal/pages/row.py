"""``/datasets/<id>/rows/<row id>/``: one row, and where each of its values comes from."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publishing.portal.evidence import CellCrop, CellEvidence, FieldEvidence, RowEvidence
from publishing.portal.pages.gone import no_such_row, version_or_gone
from publishing.portal.pages.languages import in_both_languages
from publishing.portal.pages.rendering import portal_of, render
from publishing.portal.portal import Portal
from publishing.portal.published import PublishedVersion
from publishing.reader import NoSuchVersionError, ReleaseReader, Trace
from schemas.dataset import DatasetField, FieldType
from schemas.row_identity import row_ids
from schemas.strict import Text
from schemas.units import Unit, find_unit

PATH = "/datasets/{dataset}/rows/{row_id}/"
MOST_SIGNS = {"told": 2_000, "wanted": 500, "contact": 200}
"""Of what a reader writes in the form to report an error."""
NUMBERS = (FieldType.DECIMAL, FieldType.NUMBER, FieldType.INTEGER)


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of the row as the page shows it.

    ``evidence`` is None where nothing is known beyond ``places``.
    """

    field: DatasetField
    value: str | None
    unit: Unit | None
    places: tuple[str, ...]
    evidence: FieldEvidence | None

    @property
    def inputs(self) -> tuple[str, ...]:
        """What a computed value was computed from; empty for others."""
        return self.field.computed.inputs if self.field.computed is not None else ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A cell cut out of the document, and which fields come from it."""

    cell: CellEvidence
    crop: CellCrop
    titles: tuple[Text, ...]

    @property
    def address(self) -> str:
        """The picture itself: it belongs to this page and has no address of its own."""
        return f"data:image/png;base64,{base64.b64encode(self.crop.png).decode()}"


def row(request: Request) -> Response:
    """The page of one row."""
    portal = portal_of(request)
    dataset_id, row_id = str(request.path_params["dataset"]), str(request.path_params["row_id"])
    version = requested_version(portal, dataset_id, request.query_params.get("version"))
    trace = trace_of(portal, version, row_id)
    if trace is None:
        raise no_such_row(portal.published, dataset_id, row_id)
    evidence = portal.evidence.evidence(trace) if portal.evidence is not None else None
    fields = list(_fields(version, trace, evidence))
    made = render(
        request,
        "row.html",
        version=version,
        dataset=version.dataset,
        row_id=row_id,
        trace=trace,
        evidence=evidence,
        has_source=portal.evidence is not None,
        fields=fields,
        key=[one for one in fields if one.field.name in version.dataset.primary_key],
        pictures=_pictures(fields),
        can_report=portal.reports is not None,
        sent={},
        wrong=(),
        most=MOST_SIGNS,
        upstream=version.dataset.derived.upstream if version.dataset.derived else "",
    )
    if evidence is not None and not evidence.is_final:
        made.headers["Cache-Control"] = "no-store"  # more of it can be shown in a while
    return made


def requested_version(portal: Portal, dataset_id: str, wanted: str | None) -> PublishedVersion:
    """The version of ``?version=``, or the current one. Raises HTTPException(404), or GoneError
    (410) where it was withdrawn."""
    if wanted is not None and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        raise HTTPException(404)
    return version_or_gone(portal.published, dataset_id, int(wanted) if wanted else None)


def trace_of(portal: Portal, version: PublishedVersion, row_id: str) -> Trace | None:
    """The row of a version with where it comes from; None where it has no such row."""
    # places are read off the public files; nothing here opens the archive
    reader = ReleaseReader(portal.published.public, Path(), version.dataset.id, portal.row_index)
    try:
        return reader.trace(row_id, version.number)
    except NoSuchVersionError:  # withdrawn between two looks
        return None


def _fields(
    version: PublishedVersion, trace: Trace, evidence: RowEvidence | None
) -> Iterator[ShownField]:
    known = evidence.fields if evidence is not None else {}
    for item in version.dataset.fields:
        yield ShownField(
            item,
            shown_value(item, trace.row.get(item.name)),
            find_unit(item.unit) if item.unit else None,
            trace.locators.get(item.name, ()),
            known.get(item.name),
        )


def shown_value(item: DatasetField, value: Any) -> str | None:
    """A value as the page writes it; None where there is none. No digit is lost."""
    if value is None:
        return None
    if item.type in NUMBERS and isinstance(value, int | float | Decimal):
        return f"{value:,}"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _pictures(fields: Iterable[ShownField]) -> list[Picture]:
    """Each cell once, however many values come from it."""
    found: dict[str, Picture] = {}
    for one in fields:
        for cell in one.evidence.cells if one.evidence is not None else ():
            if cell.crop is None:
                continue
            known = found.get(cell.place)
            titles = (*known.titles, one.field.title) if known else (one.field.title,)
            found[cell.place] = Picture(cell, cell.crop, titles)
    return list(found.values())


def is_link(address: str) -> bool:
    """Whether an address can be followed by a reader."""
    return address.startswith(("http://", "https://"))


def row_routes(_portal: Portal) -> list[Route]:
    """``/datasets/<id>/rows/<row id>/``."""
    return in_both_languages(PATH, row)


MOST_EXPORTED = 1_000


def row_pages(portal: Portal) -> Iterator[str]:
    """Pages of rows: in a static copy those of every small dataset; otherwise, since any number of
    them is made as they are asked for, the first of each."""
    for dataset_id in portal.published.dataset_ids():
        version = portal.published.version(dataset_id)
        if version is None:
            continue
        most = int(version.manifest["rows"]) if portal.static else 1
        if most > MOST_EXPORTED:
            continue
        reader = ReleaseReader(portal.published.public, Path(), dataset_id)
        key = version.manifest["primary_key"]
        keys = reader.scan(version.number).select(key).head(most).collect()
        yield from (f"/datasets/{dataset_id}/rows/{one}/" for one in row_ids(dataset_id, keys))


__all__ = ["requested_version", "row", "row_pages", "row_routes", "trace_of"]
