"""Reports on errors (纠错): the form, what becomes of what is sent, and its state.

The form works without a script and without a cookie. A report is taken only from a page of this
portal itself: the browser says where a form was sent from (``Sec-Fetch-Site``, ``Origin``), and
another site cannot make it say otherwise.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from publishing.portal.pages.languages import LANGUAGES, in_both_languages, language_of
from publishing.portal.pages.rendering import page_path, portal_of, render
from publishing.portal.pages.row import MOST_SIGNS, requested_version, shown_value, trace_of
from publishing.portal.portal import Portal
from publishing.portal.published import PublishedVersion
from publishing.portal.rate_limits import client_address, networks
from publishing.portal.report_limits import FROM_ALL_A_DAY, ReportLimits
from publishing.reader import Trace
from warehouse.reports import ErrorReport, NoSuchReportError, ReportLedger

FORM_PATH, STATE_PATH = "/datasets/{dataset}/report/", "/reports/{reference}/"
MOST_BYTES = 32_000
LEAST_SIGNS = 4
TRAP = "website"
"""A field that people do not see; programs that fill in every form fill it in."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is on: a dataset, or a row of it."""

    version: PublishedVersion
    trace: Trace | None = None
    row_id: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, cleaned, and what is wrong with it (keys of texts)."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()


def _ledger(request: Request) -> ReportLedger:
    reports = portal_of(request).reports
    if reports is None:  # routes are there only with it
        raise HTTPException(404)
    return reports


def _subject(portal: Portal, dataset: str, given: Mapping[str, str]) -> Subject:
    """Raises HTTPException(404) where there is no such dataset, version or row."""
    version = requested_version(portal, dataset, given.get("version") or None)
    row_id = given.get("row") or ""
    if not row_id:
        return Subject(version)
    trace = trace_of(portal, version, row_id)
    if trace is None:
        raise HTTPException(404)
    return Subject(version, trace, row_id)


def form(request: Request) -> Response:
    """The form, on a row or on the dataset as a whole."""
    _ledger(request)
    dataset = str(request.path_params["dataset"])
    subject = _subject(portal_of(request), dataset, request.query_params)
    wanted = request.query_params.get("field", "")
    chosen = wanted if wanted in subject.version.dataset.field_names else ""
    return _form(request, subject, Sent({"field": chosen}))


def _form(request: Request, subject: Subject, sent: Sent, status: int = 200) -> Response:
    made = render(
        request,
        "report.html",
        status=status,
        dataset=subject.version.dataset,
        version=subject.version,
        row_id=subject.row_id,
        sent=sent.values,
        wrong=sent.wrong,
        most=MOST_SIGNS,
    )
    made.headers["Cache-Control"] = "no-store"
    return made


async def send(request: Request) -> Response:
    """Take what was sent; lead to the page of its state, or show the form again."""
    body = await _body(request)
    return await run_in_threadpool(_taken, request, body)


async def _body(request: Request) -> Mapping[str, str]:
    """The form's fields. Raises HTTPException(400, 413) for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(400)
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            raise HTTPException(413)
    try:
        given = urllib.parse.parse_qsl(
            content.decode("utf-8"), keep_blank_values=True, max_num_fields=20, errors="strict"
        )
    except ValueError as error:  # no UTF-8, or too many fields
        raise HTTPException(400) from error
    return dict(given)


def _taken(request: Request, given: Mapping[str, str]) -> Response:
    portal, reports = portal_of(request), _ledger(request)
    if not _is_from_here(request, portal.published.site.base_url):
        raise HTTPException(403)
    subject = _subject(portal, str(request.path_params["dataset"]), given)
    sent = _checked(given, subject)
    if sent.wrong:
        return _form(request, subject, sent, 422)
    limits: ReportLimits = request.app.state.report_limits
    proxies = networks(portal.published.site.portal.trusted_proxies)
    wait = limits.seconds_to_wait(client_address(request.scope, proxies))
    now = dt.datetime.now(dt.UTC)
    if not wait and reports.count_since(now - dt.timedelta(days=1)) >= FROM_ALL_A_DAY:
        wait = 3600
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(wait)})
    kept = reports.receive(_report(subject, sent.values, now))
    prefix = language_of(page_path(request)).prefix
    root = str(request.scope.get("root_path", ""))
    return RedirectResponse(f"{root}{prefix}/reports/{kept.reference}/", 303)


def _is_from_here(request: Request, base_url: str) -> bool:
    """Whether a page of this portal sent the form.

    Browsers of before 2023 name only the page's own address. It must be the address that was asked
    for, or that of the site: a proxy may pass on a ``Host`` without its port, or another one.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    sender = urllib.parse.urlsplit(
        request.headers.get("origin") or request.headers.get("referer") or ""
    )
    asked = request.headers.get("host", "")
    published = urllib.parse.urlsplit(base_url)
    of_site = (published.scheme, published.netloc.lower())
    return sender.netloc == asked != "" or (sender.scheme, sender.netloc) == of_site


def _checked(given: Mapping[str, str], subject: Subject) -> Sent:
    values = {name: _cleaned(given.get(name, "")) for name in (*MOST_SIGNS, "field")}
    wrong = [f"report.long_{name}" for name, most in MOST_SIGNS.items() if len(values[name]) > most]
    if len(values["told"]) < LEAST_SIGNS:
        wrong.append("report.short_told")
    if values["field"] and values["field"] not in subject.version.dataset.field_names:
        wrong.append("report.unknown_field")
    if given.get(TRAP):
        wrong.append("report.trapped")
    return Sent(values, tuple(wrong))


def _cleaned(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def _report(subject: Subject, values: Mapping[str, str], now: dt.datetime) -> ErrorReport:
    version, trace = subject.version, subject.trace
    row = trace.row if trace is not None else {}
    key = [row.get(name) for name in version.dataset.primary_key] if trace is not None else []
    value = ""
    if trace is not None and values["field"]:
        value = shown_value(version.dataset.field(values["field"]), row.get(values["field"])) or ""
    return ErrorReport(
        dataset=version.dataset.id,
        version=version.number,
        row_id=subject.row_id,
        row_key=json.dumps(key, ensure_ascii=False, default=str) if key else "",
        source=trace.source if trace is not None else "",
        field=values["field"],
        value=value,
        told=values["told"],
        wanted=values["wanted"],
        contact=values["contact"],
        received_at=now,
    )


def state(request: Request) -> Response:
    """What became of a report: nothing of what its reader wrote is shown."""
    try:
        report = _ledger(request).get(str(request.path_params["reference"]))
    except NoSuchReportError as error:
        raise HTTPException(404) from error
    version = portal_of(request).published.version(report.dataset)
    dataset = version.dataset if version is not None else None
    known = dataset is not None and report.field in dataset.field_names
    made = render(
        request,
        "report_state.html",
        report=report,
        dataset=dataset,
        field=dataset.field(report.field) if dataset is not None and known else None,
    )
    made.headers["Cache-Control"] = "no-store"
    return made


def report_routes(portal: Portal) -> list[Route]:
    """The form and the state of reports, where there is a database to keep them in."""
    if portal.reports is None:
        return []
    posts = [Route(f"{one.prefix}{FORM_PATH}", send, methods=["POST"]) for one in LANGUAGES]
    return [
        *in_both_languages(FORM_PATH, form),
        *posts,
        *in_both_languages(STATE_PATH, state),
    ]


def report_pages(portal: Portal) -> Iterator[str]:
    """The form of one dataset: all are alike."""
    if portal.reports is not None:
        yield from (f"/datasets/{one}/report/" for one in portal.published.dataset_ids()[:1])
