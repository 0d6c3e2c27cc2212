"""Reading one HTTP reply to its end, and knowing that it was the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from requests import Response
from urllib3.exceptions import HTTPError, ReadTimeoutError

from connectors.content_coding import BodyDecoder
from schemas.connector_options import NetworkLimits
from schemas.message import FetchError, IncompleteFetchError, Message

_PIECE_BYTES = 1 << 16
_AGAIN = Message("请稍后重新运行。", "Run again later.")


class TransientError(Exception):
    """Trouble that may pass: carries what to say if it does not."""

    def __init__(self, error: FetchError, retry_after: float | None = None) -> None:
        super().__init__(error.what.en)
        self.error = error
        self.retry_after = retry_after


@dataclass(slots=True)
class Transfer:
    """A reply on its way.

    Attributes:
        response: as requests gives it with ``stream=True``; its body has not been touched.
        proof: after :meth:`content` has ended, how the end is known; None where it is not.
    """

    response: Response
    limits: NetworkLimits
    where: str
    proof: Message | None = None

    def content(self) -> Iterator[bytes]:
        """The decoded body in pieces.

        Raises:
            TransientError: the body is shorter or longer than announced, or breaks off.
            FetchError: it is larger than the limits allow.
        """
        headers = self.response.headers
        decoder = BodyDecoder(
            headers.get("Content-Encoding", ""),
            max_bytes=self.limits.max_bytes,
            max_expansion=self.limits.max_expansion,
            where=self.where,
        )
        announced = self._announced_length()
        if announced is not None and announced > self.limits.max_bytes:
            decoder.refuse_size()
        try:
            for data in self._raw(announced):
                yield from decoder.feed(data)
            decoder.finish()
        except IncompleteFetchError as error:
            raise TransientError(error) from None
        self.proof = self._shown(announced, decoder)

    def _announced_length(self) -> int | None:
        """Content-Length, unless the body is chunked (RFC 9112 6.3)."""
        if self._is_chunked():
            return None
        text = self.response.headers.get("Content-Length", "").strip()
        return int(text) if text.isascii() and text.isdecimal() else None

    def _is_chunked(self) -> bool:
        return "chunked" in self.response.headers.get("Transfer-Encoding", "").lower()

    def _raw(self, announced: int | None) -> Iterator[bytes]:
        raw = self.response.raw
        got = 0
        try:
            while True:
                if announced is not None and announced - got == 1:
                    self._refuse_surplus(raw, announced)
                wanted = _PIECE_BYTES
                if announced is not None:
                    wanted = max(1, min(wanted, announced - got - 1))  # stop before the last byte
                data = raw.read1(wanted, decode_content=False)
                if not data:
                    break
                got += len(data)
                yield data
        except ReadTimeoutError:
            raise TransientError(_slow(self.limits.read_seconds, self.where)) from None
        except (HTTPError, OSError) as error:
            raise TransientError(_cut(got, announced, self.where)) from error
        if announced is not None and got != announced:
            raise TransientError(_cut(got, announced, self.where))

    def _refuse_surplus(self, raw: Any, announced: int) -> None:
        """HTTP libraries cut a body at Content-Length without a word; look one byte further."""
        reply = raw._fp  # the reply of http.client; urllib3 does not pass peek on
        if len(reply.peek(2)) > 1:
            raise TransientError(_longer(announced, self.where))

    def _shown(self, announced: int | None, decoder: BodyDecoder) -> Message | None:
        if announced is not None:
            return Message(
                f"收到的字节数与 Content-Length（{announced}）一致",
                f"as many bytes as Content-Length says ({announced})",
            )
        if self._is_chunked():
            return Message("分块传输以结束块收尾", "the chunked body ended with its last chunk")
        if decoder.verifies_its_end and decoder.transferred:
            return Message(
                "压缩流的结尾校验通过", "the compressed stream ended and its check sum holds"
            )
        return None


def _slow(seconds: float, where: str) -> FetchError:
    return FetchError(
        Message(
            f"服务器 {seconds:g} 秒没有发送数据。", f"The server sent nothing for {seconds:g} s."
        ),
        where=where,
        advice=_AGAIN,
    )


def _cut(got: int, announced: int | None, where: str) -> IncompleteFetchError:
    of = f" / {announced}" if announced is not None else ""
    return IncompleteFetchError(
        Message(
            f"传输在中途断开（{got}{of} 字节）。", f"The transfer broke off ({got}{of} bytes)."
        ),
        where=where,
        advice=_AGAIN,
    )


def _longer(announced: int, where: str) -> IncompleteFetchError:
    return IncompleteFetchError(
        Message(
            f"服务器发送的内容比它声明的 Content-Length（{announced}）更长。",
            f"The server sent more than its Content-Length ({announced}) says.",
        ),
        where=where,
        advice=Message("请联系来源部门修正其服务器。", "Ask the department to mend its server."),
    )
