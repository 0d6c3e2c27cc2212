"""One file behind one URL."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from connectors.context import FetchContext
from connectors.date_template import fill_date, fill_dates
from connectors.redaction import Redactor
from connectors.session import URL_SIGNS, Ask, PoliteSession
from schemas.connector_options import HttpConnector
from schemas.message import Message
from schemas.snapshot import Fetched


def fetch(options: HttpConnector, context: FetchContext) -> Fetched:
    """Fetch the file and archive it.

    Raises:
        FetchError: it could not be got.
        IncompleteFetchError: it is not, or cannot be shown to be, whole.
    """
    redactor = Redactor(context.environment)
    url = complete_url(options.url, options.query, context, redactor)
    body = None
    if options.body is not None:
        body = json.dumps(
            complete_body(options.body, context, redactor), ensure_ascii=False
        ).encode()
    ask = Ask(
        url=url,
        method=options.method,
        body=body,
        content_type="application/json" if body is not None else "",
        reader_type=context.reader_type,
        declared=context.completeness,
    )
    with PoliteSession(url, options, context, redactor) as session:
        answer = session.get(ask)
    shown = answer.stored.snapshot.name
    context.progress(Message(shown, shown), 1, 1)
    return Fetched(
        snapshots=(answer.stored.snapshot,),
        evidence=Message(f"{answer.proof.zh}。", f"{answer.proof.en}."),
        new_content=answer.stored.is_new,
    )


def complete_url(
    template: str, query: dict[str, str], context: FetchContext, redactor: Redactor
) -> str:
    """The URL with date, secrets and query filled in, percent-encoded where it must be."""
    url = redactor.expand(fill_date(template, context.logical_date))
    parts = urlsplit(quote(url, safe=URL_SIGNS))
    filled = {
        name: redactor.expand(fill_date(value, context.logical_date))
        for name, value in query.items()
    }
    whole = "&".join(part for part in (parts.query, urlencode(filled)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, whole, ""))


def complete_body(body: dict[str, Any], context: FetchContext, redactor: Redactor) -> Any:
    """The same for the texts of a JSON body."""

    def expand(value: Any) -> Any:
        match value:
            case str():
                return redactor.expand(value)
            case dict():
                return {key: expand(item) for key, item in value.items()}
            case list():
                return [expand(item) for item in value]
        return value

    return expand(fill_dates(body, context.logical_date))
