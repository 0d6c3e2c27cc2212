"""Content-Encoding undone by ourselves: with a cap on what comes out, and with its end verified.

HTTP libraries give the first half of a gzip body that was cut as if it were everything.
"""

from __future__ import annotations

import zlib
from typing import NoReturn, Protocol

from schemas.message import FetchError, IncompleteFetchError, Message

_PIECE_BYTES = 1 << 18
_RATIO_MATTERS_ABOVE = 1 << 20
"""Small bodies may be nearly empty text; an expansion bomb is large by nature."""


class _Inflater(Protocol):
    @property
    def unconsumed_tail(self) -> bytes: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class BodyDecoder:
    """Takes transferred bytes and gives content, within limits.

    Args:
        coding: value of Content-Encoding.
        max_bytes: most bytes of content.
        max_expansion: most content bytes per transferred byte.
        where: what to name in messages.
    """

    def __init__(self, coding: str, *, max_bytes: int, max_expansion: float, where: str) -> None:
        self.coding = coding.strip().lower() or "identity"
        if self.coding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise FetchError(
                Message(
                    f"服务器用了没有请求过的压缩方式“{coding}”。",
                    f"The server used the content coding “{coding}”, which was not asked for.",
                ),
                where=where,
                advice=Message("请联系来源部门。", "Ask the department."),
            )
        self._max_bytes = max_bytes
        self._max_expansion = max_expansion
        self._where = where
        self._inflater: _Inflater | None = None
        self._finished = False
        self.transferred = 0
        self.decoded = 0

    @property
    def verifies_its_end(self) -> bool:
        """Whether the coding itself shows that nothing is missing at the end."""
        return self.coding != "identity"

    def feed(self, data: bytes) -> list[bytes]:
        """Content of the next transferred bytes."""
        self.transferred += len(data)
        pieces = [data] if self.coding == "identity" else self._inflate(data)
        if self.coding == "identity":
            self._count(len(data))
        return pieces

    def refuse_size(self) -> NoReturn:
        """Say that the content is larger than allowed."""
        raise FetchError(
            Message(
                f"内容超过了声明的上限 {self._max_bytes} 字节。",
                f"The content is larger than the limit of {self._max_bytes} bytes.",
            ),
            where=self._where,
            advice=Message(
                "如属正常，请提高 limits.max_bytes。", "If that is right, raise limits.max_bytes."
            ),
        )

    def finish(self) -> None:
        """Tell that no more bytes come.

        Raises:
            IncompleteFetchError: the compressed stream has no end.
        """
        if self.verifies_its_end and not self._finished and self.transferred:
            raise IncompleteFetchError(
                Message(
                    "压缩的内容在中途断开，没有结尾。",
                    "The compressed body breaks off without its end.",
                ),
                where=self._where,
                advice=Message("请稍后重新运行。", "Run again later."),
            )

    def _inflate(self, data: bytes) -> list[bytes]:
        pieces: list[bytes] = []
        while data:
            if self._finished and not self._starts_again(data):
                break
            if self._inflater is None:
                self._inflater = self._new_inflater(data)
            inflater = self._inflater
            piece = self._decompress(inflater, data)
            pieces.append(piece)
            while len(piece) == _PIECE_BYTES and not inflater.eof:  # more may be held inside
                piece = self._decompress(inflater, inflater.unconsumed_tail)
                pieces.append(piece)
            data = inflater.unconsumed_tail
            if inflater.eof:
                data, self._inflater, self._finished = inflater.unused_data, None, True
        return pieces

    def _decompress(self, inflater: _Inflater, data: bytes) -> bytes:
        try:
            piece = inflater.decompress(data, _PIECE_BYTES)
        except zlib.error as error:
            raise IncompleteFetchError(
                Message("压缩的内容已损坏。", "The compressed body is damaged."),
                where=self._where,
                advice=Message("请稍后重新运行。", "Run again later."),
            ) from error
        self._count(len(piece))
        return piece

    def _starts_again(self, data: bytes) -> bool:
        """Whether a further gzip member follows (RFC 1952 2.2); zero padding does no harm."""
        if self.coding != "deflate" and data.startswith(b"\x1f"):
            self._finished = False
            return True
        if data.strip(b"\x00"):
            raise IncompleteFetchError(
                Message(
                    "压缩的内容之后还有多余的字节。", "Bytes follow the end of the compressed body."
                ),
                where=self._where,
                advice=Message("请联系来源部门。", "Ask the department."),
            )
        return False

    def _new_inflater(self, data: bytes) -> _Inflater:
        if self.coding != "deflate":
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        # "deflate" means zlib (RFC 9110 8.4.1.2); some servers send the bare stream
        is_zlib = len(data) < 2 or (data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0)
        return zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)

    def _count(self, size: int) -> None:
        self.decoded += size
        if self.decoded > self._max_bytes:
            self.refuse_size()
        if (
            self.decoded > _RATIO_MATTERS_ABOVE
            and self.decoded > self.transferred * self._max_expansion
        ):
            raise FetchError(
                Message(
                    f"压缩内容展开超过 {self._max_expansion:g} 倍，可能是解压炸弹。",
                    f"The body expands more than {self._max_expansion:g} times: perhaps a bomb.",
                ),
                where=self._where,
                advice=Message(
                    "如属正常，请提高 limits.max_expansion。",
                    "If that is right, raise limits.max_expansion.",
                ),
            )
