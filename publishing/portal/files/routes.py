"""The addresses of published files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from publishing.portal.files.answering import CROSS_ORIGIN, FileAnswer, answer
from publishing.portal.files.coding import Compressed
from publishing.portal.files.finding import (
    BeingReplacedError,
    FoundFile,
    NoSuchFileError,
    PublicFiles,
    WithdrawnError,
)
from publishing.portal.files.lifetime import POINTER
from publishing.portal.files.problems import being_replaced, withdrawn
from publishing.portal.files.sending import FileResponse, first_block
from publishing.portal.portal import Portal
from publishing.portal.version_numbers import NUMBER
from publishing.version_index import DamagedReleaseError
from publishing.withdrawal.announced import NOTICES

METHODS = ["GET", "HEAD", "OPTIONS"]
PREFLIGHT = {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": (
        "If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range"
    ),
    "Access-Control-Max-Age": "86400",
    **CROSS_ORIGIN,
}


def dataset_files(portal: Portal) -> Sequence[BaseRoute]:
    """Pointers, files of versions, deltas, and the way to the current version."""
    files = PublicFiles(portal.published)
    compressed = Compressed()

    def pointer(request: Request) -> FoundFile:
        return files.pointer(request.path_params["dataset"])

    def withdrawals(request: Request) -> FoundFile:
        return files.pointer(request.path_params["dataset"], NOTICES)

    def version_file(request: Request) -> FoundFile:
        given = request.path_params
        return files.version_file(given["dataset"], given["version"], given["name"])

    def delta(request: Request) -> FoundFile:
        given = request.path_params
        return files.delta(given["dataset"], given["before"], given["after"])

    def to_current(request: Request) -> Response:
        given = request.path_params
        number = files.current(given["dataset"], given["name"])
        target = f"../{number}/{given['name']}"  # relative: right behind any prefix
        headers = {"Location": target, "Cache-Control": POINTER, **CROSS_ORIGIN}
        return Response(status_code=HTTPStatus.FOUND, headers=headers)

    sent = partial(_sent, compressed=compressed)
    of_dataset = "/datasets/{dataset}"
    return [
        _route(f"{of_dataset}/versions.json", partial(sent, pointer)),
        _route(f"{of_dataset}/{NOTICES}", partial(sent, withdrawals)),
        _route(f"{of_dataset}/latest/{{name}}", partial(_guarded, to_current)),
        _route(
            f"{of_dataset}/delta/{{before:{NUMBER}}}..{{after:{NUMBER}}}.jsonl",
            partial(sent, delta),
        ),
        _route(f"{of_dataset}/{{version:{NUMBER}}}/{{name}}", partial(sent, version_file)),
    ]


def catalogue_files(portal: Portal) -> Sequence[BaseRoute]:
    """The catalogue in all its forms: the files that lie in the public folder itself.

    The last part of the portal: any name with an ending that nothing else answers.
    """
    files = PublicFiles(portal.published)

    def catalogue_file(request: Request) -> FoundFile:
        given = request.path_params
        return files.catalogue_file(f"{given['stem']}.{given['ending']}")

    return [_route("/{stem}.{ending}", partial(_sent, catalogue_file, compressed=Compressed()))]


def _route(path: str, work: Callable[[Request], Response]) -> Route:
    """A route whose work, on files and not on the event loop, is done in a thread."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
        return await run_in_threadpool(work, request)

    return Route(path, endpoint, methods=METHODS)


def _sent(
    find: Callable[[Request], FoundFile], request: Request, *, compressed: Compressed
) -> Response:
    def work(request: Request) -> Response:
        found = find(request)
        try:
            return FileResponse(_answer(found, request, compressed))
        except BaseException:
            found.close()
            raise

    return _guarded(work, request)


def _answer(found: FoundFile, request: Request, compressed: Compressed) -> FileAnswer:
    is_head = request.method == "HEAD"
    made = answer(found, request.headers, is_head=is_head, compressed=compressed)
    return made if is_head else first_block(made)


def _guarded(work: Callable[[Request], Response], request: Request) -> Response:
    """The answer, or the answer that says why there is none."""
    try:
        return work(request)
    except NoSuchFileError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    except WithdrawnError as error:
        if "text/html" in request.headers.get("accept", ""):
            reason = f"{error.reason.get('zh', '')} / {error.reason.get('en', '')}"
            raise HTTPException(HTTPStatus.GONE, f"{error.day} {reason}") from error
        return withdrawn(error)
    except (BeingReplacedError, DamagedReleaseError):
        return being_replaced()
