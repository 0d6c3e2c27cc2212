"""Sending a file from its descriptor, piece by piece, beside the event loop."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from publishing.portal.files.answering import FileAnswer, Slice

BLOCK = 256 << 10
"""Bytes read and sent at once."""


def first_block(answer: FileAnswer) -> FileAnswer:
    """The answer with its first block read, so that a small file costs one visit of a thread."""
    if len(answer.pieces) != 1 or not isinstance(piece := answer.pieces[0], Slice):
        return answer
    block = _read(piece.file.read(piece.start, min(BLOCK, piece.end - piece.start)), piece)
    rest = Slice(piece.file, piece.start + len(block), piece.end)
    pieces = (block,) if rest.start == rest.end else (block, rest)
    return FileAnswer(answer.status, answer.headers, pieces, answer.found)


def _read(block: bytes, piece: Slice) -> bytes:
    if not block and piece.start < piece.end:
        raise OSError("the file is shorter than it was when it was opened")
    return block


class FileResponse(Response):
    """A :class:`FileAnswer` on its way. The files are closed whatever becomes of the request."""

    def __init__(self, answer: FileAnswer) -> None:
        self.answer = answer
        self.status_code = int(answer.status)
        self.background = None
        self.body = b""
        self.init_headers(dict(answer.headers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; stop where the client is gone."""
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            if scope["method"] != "HEAD":
                await self._send_pieces(receive, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.answer.found.close()

    async def _send_pieces(self, receive: Receive, send: Send) -> None:
        pieces = self.answer.pieces
        if all(isinstance(piece, bytes) for piece in pieces):
            await _send_bytes(b"".join(piece for piece in pieces if isinstance(piece, bytes)), send)
            return
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            for piece in pieces:
                if isinstance(piece, bytes):
                    await _send_bytes(piece, send)
                else:
                    await _send_slice(piece, send, gone)
                if gone.done():
                    return
        finally:
            gone.cancel()


async def _send_bytes(content: bytes, send: Send) -> None:
    if content:
        await send({"type": "http.response.body", "body": content, "more_body": True})


async def _send_slice(piece: Slice, send: Send, gone: asyncio.Future[None]) -> None:
    at = piece.start
    while at < piece.end and not gone.done():
        block = await run_in_threadpool(piece.file.read, at, min(BLOCK, piece.end - at))
        at += len(_read(block, piece))
        await _send_bytes(block, send)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
