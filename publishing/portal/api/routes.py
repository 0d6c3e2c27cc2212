"""The routes of the query API."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from publishing.portal.api import descriptions, openapi
from publishing.portal.api.answers import Page, Table, body_of, json_objects
from publishing.portal.api.kept_answers import Answer, KeptAnswers, etag_of, is_known_to_client
from publishing.portal.api.negotiation import (
    Format,
    accepts_json,
    chosen_format,
    content_type,
    not_acceptable,
)
from publishing.portal.api.parameters import read_parameters, read_query
from publishing.portal.api.problems import (
    ProblemError,
    not_found,
    on_damaged_release,
    on_fault,
    on_http_exception,
    on_problem,
    refuse_too_many,
)
from publishing.portal.api.versions import row_gone, wanted_version
from publishing.portal.cross_origin import CrossOrigin
from publishing.portal.published import Published, PublishedVersion
from publishing.portal.query_engine import query_buckets, query_engine, query_threads
from publishing.portal.rate_limits import RateLimits
from publishing.queries.query import GroupQuery, RowQuery
from publishing.queries.refusals import QueryRefusedError
from publishing.queries.result_columns import ResultColumn, field_columns
from publishing.queries.version_table import content_key
from publishing.reader import ReleaseReader
from publishing.row_index import RowIndex
from publishing.version_index import DamagedReleaseError, VersionIndex
from publishing.withdrawal.announced import withdrawal_of_row
from schemas.dataset import FieldType
from schemas.message import Message
from schemas.row_identity import ROW_ID_BYTES

CURRENT_SECONDS, VERSION_SECONDS = 60, 3600
"""How long an answer may be kept: a named version can only change by a withdrawal."""
FORM = 1
"""Of what answers look like: another number makes other ETags."""
ROW_ID = re.compile(rf"[0-9a-f]{{{2 * ROW_ID_BYTES}}}")
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class QueryApi:
    """The endpoints, over what is published. Each blocks, and runs in a thread."""

    published: Published
    kept: KeptAnswers
    row_index: RowIndex | None

    def datasets(self, request: Request) -> Response:
        """``/datasets``: all of them."""
        read_parameters(request.query_params.multi_items(), (), filters=False)
        names = self.published.dataset_ids()
        facts = [_pointer(index) for name in names if (index := self.published.index(name))]
        return self._document(
            request, ("datasets", facts), lambda: descriptions.listed_datasets(self.published)
        )

    def dataset(self, request: Request) -> Response:
        """``/datasets/<id>``: one, with its fields and versions."""
        read_parameters(request.query_params.multi_items(), (), filters=False)
        version = wanted_version(self.published, request.path_params["dataset"], None)
        index = self.published.index(version.dataset.id)
        return self._document(
            request,
            ("dataset", index and index.entries),
            lambda: descriptions.described_dataset(self.published, version),
        )

    def openapi(self, request: Request) -> Response:
        """``/openapi.json``: this API described, of all datasets or of one."""
        parameters = read_parameters(
            request.query_params.multi_items(), ("dataset",), filters=False
        )
        wanted = parameters.given.get("dataset")
        names = self.published.dataset_ids() if wanted is None else [wanted]
        versions = [wanted_version(self.published, name, None) for name in names]
        facts = [(one.dataset.id, one.manifest["schema_sha256"]) for one in versions]
        return self._document(
            request, ("openapi", facts), lambda: openapi.document(self.published, versions)
        )

    def rows(self, request: Request) -> Response:
        """``/datasets/<id>/rows``: a page of rows, or figures per group."""
        parameters = read_parameters(request.query_params.multi_items())
        given = parameters.given
        chosen = chosen_format(given.get("format"), request.headers.get("accept"))
        version = wanted_version(
            self.published,
            request.path_params["dataset"],
            given.get("version"),
            given.get("cursor", ""),
        )
        engine = query_engine(self.published)
        query = read_query(version.dataset, parameters, engine.zone)
        meta = self._meta(version)
        links = _links_of(request, version)
        etag = etag_of(FORM, meta, content_key(version), repr(query), chosen, sorted(links.given))
        headers = {"ETag": etag, "Cache-Control": _caching(given), "Vary": "Accept"}
        if is_known_to_client(etag, request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
        answer = self.kept.get(etag)
        if answer is None:
            page: Page
            if isinstance(query, RowQuery):
                page = engine.rows(version, query)
            else:
                page = engine.groups(version, query)
            answer = self._answer(page, query, meta, links, chosen)
            self.kept.keep(etag, answer)
        return Response(answer.body, 200, {**answer.headers, **headers}, content_type(chosen))

    def row(self, request: Request) -> Response:
        """``/datasets/<id>/rows/<row_id>``: one row."""
        parameters = read_parameters(
            request.query_params.multi_items(), ("version",), filters=False
        )
        name, row_id = request.path_params["dataset"], request.path_params["row_id"]
        version = wanted_version(self.published, name, parameters.given.get("version"))
        reader = ReleaseReader(self.published.public, Path(), name, self.row_index)
        found = reader.row_by_id(row_id, version.number) if ROW_ID.fullmatch(row_id) else None
        if found is None:
            notice = withdrawal_of_row(self.published.public, name, row_id)
            if notice is not None:
                raise row_gone(notice)
            raise not_found(
                Message(
                    f"版本 {version.number} 中没有这一行。它可能在其他版本中，或已被删除。",
                    f"Version {version.number} has no such row. It may be in another version, or "
                    "was deleted.",
                ),
                "no_such_row",
            )
        columns = field_columns(version.dataset, version.dataset.field_names)
        values = [found[column.name] for column in columns]
        identified = ResultColumn("_row_id", FieldType.STRING)
        (row,) = json_objects(Table((identified, *columns), [(row_id, *values)]))
        meta = self._meta(version) | {
            "page": descriptions.absolute(
                self.published, f"/datasets/{name}/rows/{row_id}/?version={version.number}"
            )
        }
        body = f'{{"meta": {json.dumps(meta, ensure_ascii=False)},\n"row": {row}}}\n'.encode()
        return self._json(request, body, _caching(parameters.given))

    def _answer(
        self,
        page: Page,
        query: RowQuery | GroupQuery,
        meta: dict[str, Any],
        links: _Links,
        chosen: Format,
    ) -> Answer:
        headers = {"X-Total-Count": str(page.total)}
        after = links.following(page.next_cursor) if page.next_cursor else None
        if after is not None:
            after = descriptions.absolute(self.published, after)
            headers["Link"] = f'<{after}>; rel="next"'
        counted = "groups" if isinstance(query, GroupQuery) else "rows"
        told = meta | {
            "total": page.total,
            "counted": counted,
            "returned": len(page.rows),
            "limit": query.limit,
            "next": after,
        }
        return Answer(body_of(page, chosen, told, self.published.site.timezone), headers)

    def _meta(self, version: PublishedVersion) -> dict[str, Any]:
        manifest = version.manifest
        return {
            "dataset": version.dataset.id,
            "title": version.dataset.title.model_dump(),
            "version": version.number,
            "created_at": manifest["created_at"],
            "content_sha256": manifest["content_sha256"],
            "licence": descriptions.licence_of(manifest),
        }

    def _document(
        self, request: Request, made_of: object, make: Callable[[], dict[str, Any]]
    ) -> Response:
        """A document, made only where what it is made of has changed."""
        key = etag_of(FORM, self.published.site.base_url, made_of)
        answer = self.kept.get(key)
        if answer is None:
            answer = Answer(json.dumps(make(), ensure_ascii=False).encode(), {})
            self.kept.keep(key, answer)
        return self._json(request, answer.body, _caching({}))

    def _json(self, request: Request, body: bytes, caching: str) -> Response:
        if not accepts_json(request.headers.get("accept")):
            raise not_acceptable(["application/json"])
        etag = etag_of(body.decode())
        headers = {"ETag": etag, "Cache-Control": caching, "Vary": "Accept"}
        if is_known_to_client(etag, request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, "application/json")


@dataclass(frozen=True, slots=True)
class _Links:
    """Links to other pages of the same query in the same version and format."""

    path: str
    given: tuple[tuple[str, str], ...]

    def following(self, cursor: str) -> str:
        """The page after a cursor."""
        return f"{self.path}?{urlencode([*self.given, ('cursor', cursor)])}"


def _pointer(index: VersionIndex) -> tuple[str, Any]:
    """What tells that a dataset has another current version, or another form of it."""
    return index.folder.name, index.entry(index.current or 0)


def _links_of(request: Request, version: PublishedVersion) -> _Links:
    given = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("cursor", "version")
    ]
    given.append(("version", str(version.number)))
    return _Links(descriptions.rows_path(version.dataset.id), tuple(given))


def _caching(given: Any) -> str:
    # a day may still get another version, a number not
    named = given.get("version", "").isdigit() or bool(given.get("cursor"))
    return f"public, max-age={VERSION_SECONDS if named else CURRENT_SECONDS}"


def _in_thread(published: Published, ask: Callable[[Request], Response]) -> Endpoint:
    """An endpoint that answers in one of the threads for queries."""

    async def endpoint(request: Request) -> Response:
        return await anyio.to_thread.run_sync(
            functools.partial(ask, request), limiter=query_threads(published)
        )

    return endpoint


def api_routes(published: Published, row_index: RowIndex | None = None) -> Sequence[BaseRoute]:
    """The API, mounted at ``/api/v1``, with its own limits and its own words for errors."""
    api = QueryApi(published, KeptAnswers(), row_index)
    paths = {
        "/datasets": api.datasets,
        "/datasets/{dataset}": api.dataset,
        "/datasets/{dataset}/rows": api.rows,
        "/datasets/{dataset}/rows/{row_id}": api.row,
        "/openapi.json": api.openapi,
    }
    application = Starlette(
        routes=[Route(path, _in_thread(published, ask)) for path, ask in paths.items()],
        middleware=[
            Middleware(CrossOrigin),
            Middleware(
                RateLimits,
                options=published.site.portal,
                refuse=refuse_too_many,
                buckets=query_buckets(published),
            ),
        ],
        exception_handlers={
            404: on_http_exception,
            405: on_http_exception,
            QueryRefusedError: on_problem,
            ProblemError: on_problem,
            DamagedReleaseError: on_damaged_release,
            Exception: on_fault,
        },
    )
    mount = Mount(descriptions.API, app=application)
    # A path may hold a line feed, which Starlette's pattern stops at: it is answered here, too.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return [mount]
