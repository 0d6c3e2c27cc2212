"""How bytes become text: declared, or BOM, strict UTF-8, strict GB18030, each then checked.

Nothing is guessed silently: what cannot be shown to be right is refused with advice, and single
lines that cannot be decoded are told one by one.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from connectors.readers import text_plausibility
from connectors.readers.problems import problem
from connectors.readers.refusals import refuse
from schemas.raw_table import ReadingProblem

BLOCK_BYTES = 1 << 20
PIECE_BYTES = 1 << 18
SAMPLE_BYTES = 1 << 17
MAX_LINE_BYTES = 64 << 20
MAX_UNDECODABLE_SHARE = 0.05
COMMON_SHARE = 0.6
"""So much of plausible Chinese text are common characters."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# GB 18030 holds GBK, CP936 and GB 2312 whole; files called gb2312 often hold more than that.
_GB_NAMES = frozenset({"gb2312", "gbk", "gb18030", "hz"})


@dataclass(frozen=True, slots=True)
class Decoding:
    """The encoding settled for a file.

    Attributes:
        encoding: name of the codec: ``utf-8``, ``gb18030``, ``utf-16-le``, …
        mark: length of the byte order mark at the start, in bytes.
        problems: what people should be told about it.
    """

    encoding: str
    mark: int = 0
    problems: tuple[ReadingProblem, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether a line end is more than one byte (UTF-16)."""
        return self.encoding.startswith("utf-16")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Whole lines of text. ``bad_lines``: 0-based line of the block -> its undecodable bytes."""

    utf8: bytes
    bad_lines: dict[int, str] = field(default_factory=dict)
    swapped: bool = False
    marks_removed: bool = False

    @property
    def text(self) -> str:
        """The text as a string."""
        return self.utf8.decode()


def settle(file: BinaryIO, declared: str = "auto") -> Decoding:
    """Settle the encoding of a file open for reading bytes, or refuse it.

    Raises:
        UnreadableFileError: no encoding can be shown to be right.
    """
    file.seek(0)
    head = file.read(SAMPLE_BYTES)
    mark = next(((bytes_, name) for bytes_, name in _MARKS if head.startswith(bytes_)), None)
    if mark and mark[1] == "utf-32":
        raise refuse(
            "文件是 UTF-32 编码，不支持。",
            "The file is in UTF-32, which is not supported.",
            "请另存为 UTF-8。",
            "Have it saved as UTF-8.",
        )
    wanted = _codec_name(declared)
    if mark:
        told = (
            ()
            if wanted in ("auto", mark[1], mark[1][:6])
            else (problem("READ-21", declared=declared, found=mark[1]),)
        )
        return Decoding(mark[1], len(mark[0]), told)
    if wanted == "auto":
        return Decoding(_tried(file, head))
    if wanted == "utf-16":
        raise _utf16_without_mark("utf-16-le")
    if wanted == "gb18030":
        _check_gb18030(head)
    return Decoding(wanted)


def _codec_name(declared: str) -> str:
    if declared.lower() == "auto":
        return "auto"
    try:
        name = codecs.lookup(declared).name
    except LookupError as error:
        raise refuse(
            f"不认识编码名称“{declared}”。",
            f'There is no encoding called "{declared}".',
            "可用 auto、utf-8、gb18030、utf-16-le、big5。",
            "Use auto, utf-8, gb18030, utf-16-le or big5.",
        ) from error
    if name in _GB_NAMES:
        return "gb18030"
    return "utf-8" if name in ("utf-8-sig", "ascii") else name


def _tried(file: BinaryIO, head: bytes) -> str:
    _refuse_bare_utf16(head)
    bad = _first_not_utf8(file)
    if bad is None:
        _check_utf8(head)
        return "utf-8"
    window = _window(file, bad)
    encoding = _voted(window)
    if encoding == "gb18030":
        _check_gb18030(window, tried=True)
    return encoding


def _window(file: BinaryIO, bad: int) -> bytes:
    """Bytes around the first that are not UTF-8, beginning at a line or at those very bytes."""
    start = max(0, bad - SAMPLE_BYTES)
    file.seek(start)
    window = file.read(2 * SAMPLE_BYTES)
    if not start:
        return window
    line = window.find(b"\n", 0, bad - start) + 1
    return window[line or bad - start :]


def _first_not_utf8(file: BinaryIO) -> int | None:
    """Offset of the first byte that is not UTF-8, near enough for taking a sample."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    offset = 0
    while data := file.read(BLOCK_BYTES):
        if not data.isascii() or decoder.getstate()[0]:
            try:
                decoder.decode(data)
            except UnicodeDecodeError as error:
                return offset + max(0, min(error.start, len(data)))
        offset += len(data)
    return offset if decoder.getstate()[0] else None


def _voted(window: bytes) -> str:
    """The encoding of most lines; lines that are not in it are told later, one by one."""
    lines = [line for line in window.splitlines() if not line.isascii()]
    utf8 = sum(_decodes(line, "utf-8") for line in lines)
    chinese = sum(_decodes(line, "gb18030") for line in lines)
    if utf8 < chinese == len(lines) and _is_plausible_chinese(window):
        return "gb18030"  # single lines of GB18030 may happen to be UTF-8; not the other way round
    if lines and utf8 * 2 >= len(lines):
        return "utf-8"
    if chinese * 2 > len(lines):
        return "gb18030"
    for encoding in ("utf-8", "gb18030"):  # a page may be one single line
        if _undecodable_share(window, encoding) <= MAX_UNDECODABLE_SHARE:
            return encoding
    raise refuse(
        "文件既不是 UTF-8，也不是 GB18030。",
        "The file is neither UTF-8 nor GB18030.",
        "请在 reader.encoding 中写明编码，或请部门另存为 UTF-8。",
        "Declare reader.encoding, or have the file saved as UTF-8.",
    )


def _is_plausible_chinese(window: bytes) -> bool:
    return text_plausibility.common_share(window.decode("gb18030", "ignore"))[1] >= COMMON_SHARE


def _undecodable_share(data: bytes, encoding: str) -> float:
    """The share of undecodable bytes among all characters that are not ASCII."""
    text = data.decode(encoding, "replace")
    others = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") / others if others else 0.0


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        # The window may cut a character at its end; that says nothing of the encoding.
        return error.end == len(data) and error.reason in _CUT_REASONS
    return True


_CUT_REASONS = ("unexpected end of data", "incomplete multibyte sequence")


def _refuse_bare_utf16(head: bytes) -> None:
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    few, many = sorted((even, odd))
    if many >= max(2, len(sample) // 40) and few * 10 <= many:
        raise _utf16_without_mark("utf-16-le" if odd > even else "utf-16-be")


def _utf16_without_mark(name: str) -> Exception:
    return refuse(
        "文件像是没有标记（BOM）的 UTF-16。",
        "The file looks like UTF-16 without its mark (BOM).",
        f"确认后写明 reader.encoding: {name}，或请部门另存为 UTF-8。",
        f"If it is, declare reader.encoding: {name}, or have it saved as UTF-8.",
    )


def _check_utf8(head: bytes) -> None:
    sample = head[: _last_line_end(head)] if len(head) == SAMPLE_BYTES else head
    if sample.isascii():
        return
    if text_plausibility.is_rather_gb18030(sample.decode("utf-8", "replace"), sample):
        raise refuse(
            "文件的字节既是合法的 UTF-8，又可能是 GB18030 汉字，无法判定。",
            "The bytes are valid UTF-8, but may as well be Chinese in GB18030.",
            "请在 reader.encoding 中写明 utf-8 或 gb18030。",
            "Declare reader.encoding: utf-8 or gb18030.",
        )


def _check_gb18030(sample: bytes, *, tried: bool = False) -> None:
    total, share = text_plausibility.common_share(sample.decode("gb18030", "ignore"))
    if share >= COMMON_SHARE:
        return
    big5 = text_plausibility.looks_like_big5(sample[: _last_line_end(sample)])
    if big5 or (tried and total >= 20):
        raise refuse(
            "按 GB18030 解码后不像中文" + ("，像是 Big5（繁体）编码。" if big5 else "。"),
            "Read as GB18030 the text is not plausible Chinese"
            + ("; it looks like Big5 (traditional)." if big5 else "."),
            "请在 reader.encoding 中写明正确的编码" + ("（big5）。" if big5 else "。"),
            "Declare the right reader.encoding" + (" (big5)." if big5 else "."),
        )


def _last_line_end(data: bytes) -> int:
    end = data.rfind(b"\n") + 1
    return end or len(data)


def blocks(file: BinaryIO, decoding: Decoding) -> Iterator[TextBlock]:
    """The text of the file in blocks of whole lines.

    Raises:
        UnreadableFileError: the file ends inside a character, or most of it cannot be decoded.
    """
    file.seek(decoding.mark)
    raw = _wide_blocks(file, decoding) if decoding.is_wide else _narrow_blocks(file, decoding)
    for block in raw:
        yield _cleaned(block, decoding)


def text_of(data: bytes, declared: str = "auto") -> tuple[str, Decoding]:
    """The whole text of ``data``; undecodable bytes become U+FFFD, which every reader reports."""
    file = io.BytesIO(data)
    decoding = settle(file, declared)
    body = data[decoding.mark :]
    try:
        text = body.decode(decoding.encoding)
    except UnicodeDecodeError as error:
        if error.end == len(body) and error.reason in _CUT_REASONS:
            raise _truncated() from error
        text = body.decode(decoding.encoding, "replace")
        _refuse_if_most(body, decoding)
    block = _cleaned(TextBlock(_utf8(text)), decoding)
    told = list(decoding.problems)
    if block.swapped:
        told.append(problem("READ-07", value=_swapped_characters(text)))
    if block.marks_removed:
        told.append(problem("READ-09"))
    return block.text, Decoding(decoding.encoding, decoding.mark, tuple(told))


def _swapped_characters(text: str) -> str:
    found = sorted(set(text_plausibility.SWAPPED.findall(text)))
    return "".join(found).translate(text_plausibility.GB18030_2022_SWAPS)


def _cleaned(block: TextBlock, decoding: Decoding) -> TextBlock:
    # Private-use characters begin with EE in UTF-8: bytes are searched far quicker than text.
    if decoding.encoding == "gb18030" and b"\xee" in block.utf8:
        swapped = block.text.translate(text_plausibility.GB18030_2022_SWAPS).encode()
        block = replace(block, utf8=swapped, swapped=swapped != block.utf8)
    if codecs.BOM_UTF8 in block.utf8:
        block = replace(block, utf8=block.utf8.replace(codecs.BOM_UTF8, b""), marks_removed=True)
    return block


def _narrow_blocks(file: BinaryIO, decoding: Decoding) -> Iterator[TextBlock]:
    rest = b""
    seen_lines = bad_lines = 0
    while True:
        data = file.read(BLOCK_BYTES)
        whole = rest + data
        cut = len(whole) if not data else _cut(whole)
        rest = whole[cut:]
        if len(rest) > MAX_LINE_BYTES:
            raise refuse(
                "文件中有一行超过 64 MB。",
                "A line of the file is longer than 64 MB.",
                "检查文件是否真是文本。",
                "See whether the file is text at all.",
            )
        if cut:
            block = _decoded(whole[:cut], decoding.encoding, final=not data)
            if block.bad_lines:
                bad_lines += len(block.bad_lines)
                seen_lines += sum(not line.isascii() for line in whole[:cut].split(b"\n"))
                _refuse_bad_share(bad_lines, seen_lines, decoding)
            yield block
        if not data:
            return


def _cut(data: bytes) -> int:
    """Where the last whole line ends. Neither \\n nor \\r is ever part of a longer character."""
    end = data.rfind(b"\n") + 1
    if end or b"\r" not in data:
        return end
    return data.rfind(b"\r", 0, len(data) - 1) + 1


def _decoded(data: bytes, encoding: str, *, final: bool) -> TextBlock:
    try:
        return TextBlock(_transcoded(data, encoding))
    except UnicodeDecodeError as error:
        if final and error.end == len(error.object) and error.reason in _CUT_REASONS:
            raise _truncated() from error
    texts: list[str] = []
    bad: dict[int, str] = {}
    for index, line in enumerate(_lines(data)):
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError as error:
            bad[index] = line[error.start : error.end + 1].hex(" ")
            texts.append(line.decode(encoding, "backslashreplace"))
    return TextBlock(_utf8("".join(texts)), bad)


def _transcoded(data: bytes, encoding: str) -> bytes:
    """The data in UTF-8. Pieces that fit the processor's cache are decoded twice as fast."""
    if encoding == "utf-8":
        data.decode()
        return data
    pieces = []
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + PIECE_BYTES) + 1 or len(data)
        pieces.append(_utf8(data[start:end].decode(encoding)))
        start = end
    return b"".join(pieces)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # only UTF-16 can hold half a surrogate pair


def _lines(data: bytes) -> list[bytes]:
    return [line for line in data.splitlines(keepends=True) if line]


def _refuse_if_most(body: bytes, decoding: Decoding) -> None:
    if _undecodable_share(body, decoding.encoding) <= MAX_UNDECODABLE_SHARE:
        return
    lines = [line for line in body.splitlines() if not line.isascii()]
    bad = sum(not _decodes(line, decoding.encoding) for line in lines)
    _refuse_bad_share(bad, len(lines), decoding)


def _refuse_bad_share(bad: int, lines: int, decoding: Decoding) -> None:
    if bad * 2 > lines:
        raise refuse(
            f"{lines} 个含非 ASCII 字符的行中有 {bad} 行不能按 {decoding.encoding} 解码。",
            f"{bad} of {lines} lines with non-ASCII text cannot be decoded as {decoding.encoding}.",
            "请更正 reader.encoding（可用 auto）。",
            "Correct reader.encoding (auto will try UTF-8 and GB18030).",
        )


def _truncated() -> Exception:
    return refuse(
        "文件在一个汉字中间结束，应是没有传完。",
        "The file ends in the middle of a character: it was cut.",
        "请重新获取文件。",
        "Get the file again.",
    )


def _wide_blocks(file: BinaryIO, decoding: Decoding) -> Iterator[TextBlock]:
    decoder = codecs.getincrementaldecoder(decoding.encoding)()
    rest = ""
    try:
        while data := file.read(BLOCK_BYTES):
            whole = rest + decoder.decode(data)
            cut = whole.rfind("\n") + 1
            rest = whole[cut:]
            if cut:
                yield TextBlock(_utf8(whole[:cut]))
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if error.reason in (*_CUT_REASONS, "truncated data"):
            raise _truncated() from error
        raise refuse(
            f"文件不能按 {decoding.encoding} 解码。",
            f"The file cannot be decoded as {decoding.encoding}.",
            "请更正 reader.encoding。",
            "Correct reader.encoding.",
        ) from error
    if rest:
        yield TextBlock(_utf8(rest))
