"""One file over HTTP, from servers that behave as badly as real ones do."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import logging
import time
import traceback
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loopback import START, Department, FakeClock, Reply, Request, department, make_context, reply

from connectors.context import FetchContext
from connectors.fetching import fetch
from schemas.message import FetchError, IncompleteFetchError
from schemas.snapshot import Fetched
from schemas.source import Source

CSV = "编号,名称\r\n".encode("gb18030") + b"1,a\r\n" * 1000


def source(connector: dict[str, Any], completeness: dict[str, Any] | None = None) -> Source:
    return Source.model_validate(
        {
            "format": 1,
            "id": "s",
            "dataset": "land/d",
            "department": {"zh": "局", "en": "bureau"},
            "connector": {"type": "http", **connector},
            "layout": "l",
            "load": "full",
            "completeness": completeness or {},
        },
        strict=False,
    )


def run(
    context: FetchContext,
    server: Department,
    path: str = "/data.csv",
    completeness: dict[str, Any] | None = None,
    **options: Any,
) -> Fetched:
    return fetch(source({"url": server.url + path, **options}, completeness), context)


def always(answer: Reply) -> Callable[[Request], Reply]:
    return lambda request: answer


def in_turn(*answers: Reply) -> Callable[[Request], Reply]:
    waiting = list(answers)
    return lambda request: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def chunked(*pieces: bytes, end: bool = True, head: str = "") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return (
        f"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{head}\r\n".encode()
        + body
        + (b"0\r\n\r\n" if end else b"")
    )


def test_a_file_arrives_with_its_bytes_and_origin(tmp_path: Path) -> None:
    with department(always(reply(CSV, Content_Type="text/csv", ETag='"1"'))) as server:
        fetched = run(make_context(tmp_path), server)
    (snapshot,) = fetched.snapshots
    assert snapshot.path.read_bytes() == CSV
    assert (snapshot.name, snapshot.status, snapshot.size) == ("data.csv", 200, len(CSV))
    assert snapshot.url == f"{server.url}/data.csv"
    assert snapshot.headers["ETag"] == '"1"'
    assert fetched.new_content
    assert "Content-Length" in fetched.evidence.en
    assert "gongkai" in server.requests[0].headers["user-agent"]


def test_templates_are_filled_with_the_logical_date(tmp_path: Path) -> None:
    with department(always(reply(b"x"))) as server:
        run(
            make_context(tmp_path),
            server,
            "/{date:%Y%m}/供地.csv?day={date}",
            method="POST",
            query={"m": "{date:%m}", "名": "a b"},
            body={"from": {"day": "{date:%d}"}, "size": 5},
        )
    (request,) = server.requests
    assert request.target == ("/202603/%E4%BE%9B%E5%9C%B0.csv?day=2026-03-09&m=03&%E5%90%8D=a+b")
    assert request.body == b'{"from": {"day": "09"}, "size": 5}'
    assert request.headers["content-type"] == "application/json"


# --- is it whole? ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(CSV[:500], length=len(CSV)), id="shorter than Content-Length"),
        pytest.param(reply(CSV, length=len(CSV) - 1), id="longer by one byte"),
        pytest.param(reply(CSV, length=100), id="longer than Content-Length"),
        pytest.param(reply(CSV[:500], length=None), id="no length, cut"),
        pytest.param(reply(CSV, length=None), id="no length, whole but unproven"),
        pytest.param(chunked(CSV[:100], end=False), id="chunked, no last chunk"),
        pytest.param(chunked(CSV[:100])[:-30], id="chunked, cut within a chunk"),
        pytest.param(
            reply(gzip.compress(CSV)[:-20], length=None, Content_Encoding="gzip"),
            id="gzip cut, no length",
        ),
        pytest.param(
            reply(gzip.compress(CSV)[:-4], Content_Encoding="gzip"), id="gzip without its trailer"
        ),
        pytest.param(
            reply(gzip.compress(CSV)[:-8] + b"\0" * 8, Content_Encoding="gzip"),
            id="gzip with a wrong check sum",
        ),
        pytest.param(
            reply(gzip.compress(CSV) + b"surplus", Content_Encoding="gzip"), id="after gzip"
        ),
        pytest.param(reply(b""), id="empty"),
    ],
)
def test_what_cannot_be_shown_to_be_whole_is_partial(tmp_path: Path, answer: Reply) -> None:
    context = make_context(tmp_path)
    with department(always(answer)) as server, pytest.raises(IncompleteFetchError):
        run(context, server)
    assert context.archive.last_answer(f"GET {server.url}/data.csv") is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(CSV), id="length"),
        pytest.param(chunked(CSV[:7], CSV[7:]), id="chunked"),
        pytest.param(reply(gzip.compress(CSV), Content_Encoding="gzip"), id="gzip"),
        pytest.param(
            reply(gzip.compress(CSV), length=None, Content_Encoding="gzip"), id="gzip, no length"
        ),
        pytest.param(
            reply(gzip.compress(CSV[:9]) + gzip.compress(CSV[9:]), Content_Encoding="x-gzip"),
            id="two gzip members",
        ),
        pytest.param(reply(zlib.compress(CSV), Content_Encoding="deflate"), id="deflate"),
        pytest.param(
            reply(zlib.compress(CSV)[2:-4], Content_Encoding="deflate"), id="bare deflate"
        ),
        pytest.param(chunked(gzip.compress(CSV), head="Content-Encoding: gzip\r\n"), id="both"),
    ],
)
def test_what_is_whole_arrives(tmp_path: Path, answer: Reply) -> None:
    with department(always(answer)) as server:
        fetched = run(make_context(tmp_path), server)
    assert fetched.snapshots[0].path.read_bytes() == CSV


def test_a_declaration_stands_in_for_the_length(tmp_path: Path) -> None:
    with department(always(reply(CSV, length=None))) as server:
        assert run(make_context(tmp_path), server, completeness={"minimum_rows": 1}).snapshots
        marker = {"end_marker": {"text": "1,a"}}
        assert run(make_context(tmp_path), server, completeness=marker).snapshots
        with pytest.raises(IncompleteFetchError, match="declared marker"):
            run(make_context(tmp_path), server, completeness={"end_marker": {"text": "END"}})


def test_refused_bytes_stay_as_evidence(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    with department(always(reply(CSV, length=None))) as server, pytest.raises(IncompleteFetchError):
        run(context, server)
    assert [snapshot.path.read_bytes() for snapshot in context.archive.fetches()] == [CSV]


def workbook() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 100)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        ("json", b'{"rows": [1, 2, {"a": "]}"}]}'),
        ("json", b'{"a": 1}\n{"a": 2}\n'),
        ("json", '\ufeff{"名": "甲"}'.encode()),
        ("json", '{"名": "甲"}'.encode("gb18030")),
        ("xml", b"<rows><row>1</row></rows>"),
        ("html_tables", b"<html><table><tr><td>1</td></tr></table></html>\n<!-- 1 -->"),
        ("spreadsheet", workbook()),
        ("delimited", gzip.compress(CSV, mtime=0)),
        ("delimited", b"%PDF-1.4 ... %%EOF\n"),
    ],
)
def test_well_formed_formats_prove_themselves(tmp_path: Path, reader: str, body: bytes) -> None:
    context = make_context(tmp_path, reader_type=reader)
    declared = {"well_formed": True}
    with department(always(reply(body, length=None))) as server:
        assert run(context, server, completeness=declared).snapshots
    with (
        department(always(reply(body[: len(body) * 2 // 3], length=None))) as server,
        pytest.raises(IncompleteFetchError),
    ):
        run(context, server, completeness=declared)


def test_delimited_text_has_no_form_that_proves_it(tmp_path: Path) -> None:
    with (
        department(always(reply(CSV, length=None))) as server,
        pytest.raises(IncompleteFetchError, match="no end of its own"),
    ):
        run(make_context(tmp_path), server, completeness={"well_formed": True})


# --- budgets --------------------------------------------------------------------------------


def test_a_gzip_bomb_is_refused_early(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    context = make_context(tmp_path)
    with department(always(reply(bomb, Content_Encoding="gzip"))) as server:
        with pytest.raises(FetchError, match="expands more than"):
            run(context, server)
        with pytest.raises(FetchError, match="larger than the limit"):
            run(context, server, limits={"max_expansion": 1e6, "max_bytes": 1_000_000})
        fetched = run(context, server, limits={"max_expansion": 1e6})
    assert fetched.snapshots[0].size == 50_000_000


@pytest.mark.parametrize("length", [-1, None])
def test_the_largest_allowed_size(tmp_path: Path, length: int | None) -> None:
    declared = {"minimum_rows": 0}
    with department(always(reply(CSV, length=length))) as server:
        run(make_context(tmp_path), server, completeness=declared, limits={"max_bytes": len(CSV)})
        limits = {"max_bytes": len(CSV) - 1}
        with pytest.raises(FetchError, match="larger than the limit"):
            run(make_context(tmp_path), server, completeness=declared, limits=limits)


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(reply(b"", length=1000), id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", id="headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", id="chunk size"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="no length"),
    ],
)
def test_a_server_that_drips_meets_the_total_deadline(tmp_path: Path, start: bytes) -> None:
    drip: list[bytes | float] = [start]
    for _ in range(200):
        drip += [b"1", 0.05]
    begun = time.monotonic()
    with department(always(drip)) as server, pytest.raises(FetchError, match="took longer than"):
        run(
            make_context(tmp_path),
            server,
            completeness={"minimum_rows": 0},
            limits={"total_seconds": 0.5, "read_seconds": 5.0},
        )
    assert time.monotonic() - begun < 3


def test_a_silent_server_meets_the_read_timeout(tmp_path: Path) -> None:
    with department(always([3.0])) as server, pytest.raises(FetchError, match="said nothing"):
        run(make_context(tmp_path), server, limits={"read_seconds": 0.2, "attempts": 1})
    answer: Reply = [reply(b"1", length=10), 3.0]
    with department(always(answer)) as server, pytest.raises(FetchError, match="sent nothing"):
        run(make_context(tmp_path), server, limits={"read_seconds": 0.2, "attempts": 1})


# --- patience -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 X", "502 X", "503 X"])
def test_trouble_that_passes(tmp_path: Path, status: str) -> None:
    clock = FakeClock()
    with department(in_turn(reply(status=status), reply(status=status), reply(CSV))) as server:
        run(make_context(tmp_path, clock=clock), server, limits={"seconds_between_requests": 0.0})
    assert len(server.requests) == 3
    first, second = clock.slept
    assert 1 <= first <= 2
    assert 2 <= second <= 3


@pytest.mark.parametrize("status", ["400 X", "401 X", "403 X", "404 X", "410 X", "204 X", "206 X"])
def test_trouble_that_does_not_pass_is_not_repeated(tmp_path: Path, status: str) -> None:
    with (
        department(always(reply(CSV, status=status))) as server,
        pytest.raises(FetchError, match=status[:3]) as caught,
    ):
        run(make_context(tmp_path), server)
    assert len(server.requests) == 1
    assert status[:3] in caught.value.message().zh


def test_attempts_end(tmp_path: Path) -> None:
    with (
        department(always(reply(status="503 X"))) as server,
        pytest.raises(FetchError, match="503"),
    ):
        run(make_context(tmp_path), server, limits={"attempts": 3})
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("value", "waited"),
    [
        ("7", 7.0),
        ("Mon, 09 Mar 2026 01:00:30 GMT", 30.0),
        ("Mon, 09 Mar 2020 01:00:30 GMT", 0.0),
        ("86400", 120.0),
        ("120", 120.0),
    ],
)
def test_retry_after_is_obeyed_and_capped(tmp_path: Path, value: str, waited: float) -> None:
    clock = FakeClock()
    busy = reply(status="429 X", Retry_After=value)
    with department(in_turn(busy, reply(CSV))) as server:
        run(make_context(tmp_path, clock=clock), server, limits={"seconds_between_requests": 0.0})
    assert clock.slept == [waited]


def test_waiting_never_outlasts_the_budget(tmp_path: Path) -> None:
    clock = FakeClock()
    with (
        department(always(reply(status="429 X", Retry_After="100"))) as server,
        pytest.raises(FetchError),
    ):
        run(make_context(tmp_path, clock=clock), server, limits={"total_seconds": 150.0})
    assert clock.elapsed <= 150
    assert len(server.requests) == 2


def test_a_cut_transfer_is_tried_again(tmp_path: Path) -> None:
    with department(in_turn(reply(CSV[:9], length=len(CSV)), reply(CSV))) as server:
        fetched = run(make_context(tmp_path), server)
    assert fetched.snapshots[0].size == len(CSV)


def test_a_dead_port_and_an_unknown_name(tmp_path: Path) -> None:
    with department(always(b"")) as server:
        pass
    clock = FakeClock()
    with pytest.raises(FetchError, match="refused or broken"):
        run(make_context(tmp_path, clock=clock), server)
    assert len([seconds for seconds in clock.slept if seconds]) >= 3
    with pytest.raises(FetchError, match="DNS"):
        fetch(
            source({"url": "https://no-such-host.invalid/a", "limits": {"attempts": 1}}),
            make_context(tmp_path),
        )


def test_a_pause_between_requests_to_one_host(tmp_path: Path) -> None:
    clock = FakeClock()
    context = make_context(tmp_path, clock=clock)
    with department(always(reply(CSV))) as server:
        for _ in range(3):
            run(context, server, limits={"seconds_between_requests": 2.5})
    assert clock.slept == [2.5, 2.5]


# --- only if changed ------------------------------------------------------------------------


def unchanged_or(body: bytes, etag: str, modified: str = "") -> Callable[[Request], Reply]:
    extra = {"Last_Modified": modified} if modified else {}

    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == etag:
            return reply(status="304 Not Modified", length=None)
        return reply(body, ETag=etag, **extra)

    return answer


def test_an_unchanged_file_is_not_sent_again(tmp_path: Path) -> None:
    with department(unchanged_or(CSV, '"1"', "Sun, 08 Mar 2026 00:00:00 GMT")) as server:
        first = run(make_context(tmp_path), server)
        second = run(make_context(tmp_path), server)
    assert "if-none-match" not in server.requests[0].headers
    assert server.requests[1].headers["if-modified-since"] == "Sun, 08 Mar 2026 00:00:00 GMT"
    assert second.snapshots == first.snapshots
    assert not second.new_content
    assert "304" in second.evidence.en


@pytest.mark.parametrize(
    "modified", ["Mon, 09 Mar 2037 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_a_clock_that_cannot_be_right_is_not_asked_by(tmp_path: Path, modified: str) -> None:
    with department(always(reply(CSV, Last_Modified=modified))) as server:
        run(make_context(tmp_path), server)
        assert not run(make_context(tmp_path), server).new_content
    assert "if-modified-since" not in server.requests[1].headers


@pytest.mark.parametrize(("days", "is_whole"), [(6.9, False), (7.0, True)])
def test_a_reused_etag_is_caught_within_a_week(tmp_path: Path, days: float, is_whole: bool) -> None:
    bodies = [CSV, CSV + b"2,new\r\n"]

    def answer(request: Request) -> Reply:
        return unchanged_or(bodies[min(len(server.requests), 2) - 1], '"same"')(request)

    with department(answer) as server:
        run(make_context(tmp_path), server)
        later = FakeClock(START + dt.timedelta(days=days))
        fetched = run(make_context(tmp_path, clock=later), server)
    assert fetched.new_content is is_whole


def test_a_304_nobody_asked_for_is_an_error(tmp_path: Path) -> None:
    with (
        department(always(reply(status="304 Not Modified", length=None))) as server,
        pytest.raises(FetchError, match="304"),
    ):
        run(make_context(tmp_path), server)


def test_a_304_for_bytes_that_are_gone_is_not_asked_for(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    with department(unchanged_or(CSV, '"1"')) as server:
        run(context, server).snapshots[0].path.unlink()
        assert run(context, server).new_content


# --- pages in place of data -----------------------------------------------------------------

LOGIN = "<!DOCTYPE html><html><body><form><input type='password'></form></body></html>"
CHALLENGE = "\n<html><head><title>请稍候…</title></head><script>document.cookie=1</script></html>"


@pytest.mark.parametrize("reader", ["delimited", "json", "xml", "spreadsheet", "html_tables"])
@pytest.mark.parametrize("page", [LOGIN, CHALLENGE])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_login_or_challenge_is_no_data(
    tmp_path: Path, reader: str, page: str, encoding: str
) -> None:
    context = make_context(tmp_path, reader_type=reader)
    answer = reply(page.encode(encoding), Content_Type="text/csv")
    with department(always(answer)) as server, pytest.raises(FetchError, match="Blocked") as caught:
        run(context, server)
    assert not isinstance(caught.value, IncompleteFetchError)
    assert "blocked" in caught.value.message().zh


@pytest.mark.parametrize(
    ("reader", "page"),
    [
        ("html_tables", "<html><a href=login>登录</a><input type=password><table></table></html>"),
        ("spreadsheet", '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></html>'),
        ("delimited", "名称,<html>\n"),
        ("xml", '<?xml version="1.0"?><rows/>'),
    ],
)
def test_a_page_that_is_the_data_passes(tmp_path: Path, reader: str, page: str) -> None:
    context = make_context(tmp_path, reader_type=reader)
    with department(always(reply(page.encode()))) as server:
        assert run(context, server).snapshots


# --- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'attachment; filename="a.csv"', "a.csv"),
        ("attachment; filename=供地.xls".encode("gb18030"), "供地.xls"),
        ('attachment; filename="供地.xls"'.encode(), "供地.xls"),
        (b"attachment; filename=%E4%BE%9B%E5%9C%B0.xls", "供地.xls"),
        (b"attachment; filename=%B9%A9%B5%D8.xls", "供地.xls"),
        (b"attachment; filename*=GBK''%B9%A9%B5%D8.xls", "供地.xls"),
        (b"attachment; filename=\"x.xls\"; filename*=UTF-8''%E4%BE%9B.xls", "供.xls"),
        (b'attachment; filename="=?UTF-8?B?5L6b5Zyw?=.xls"', "供地.xls"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\\\temp\\\\a.csv"', "a.csv"),
        (b"attachment; filename*=UTF-8''%2e%2e%2fa%0d%0ab.csv", "ab.csv"),
        (b'attachment; filename=".."', "download"),
        (b"inline", "供 1.csv"),
    ],
)
def test_the_name_of_the_file(tmp_path: Path, header: bytes, name: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n"
    answer = head + b"Content-Disposition: " + header + b"\r\n\r\nx"
    with department(always(answer)) as server:
        fetched = run(make_context(tmp_path), server, "/a/%E4%BE%9B%201.csv?x=/y")
    assert fetched.snapshots[0].name == name


# --- secrets --------------------------------------------------------------------------------

CANARY = "kanarie-7f3/+=x"
SECOND_CANARY = "zweiter-kanarie"


def test_secrets_reach_the_server_and_nobody_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    environment = {"TOKEN": CANARY, "PART": SECOND_CANARY}
    context = make_context(tmp_path, environment=environment)
    answers = in_turn(
        reply(CSV), reply(status="403 X"), reply(CSV[:5], length=50), reply(b"x", length=None)
    )
    with department(answers) as server:
        options: dict[str, Any] = {
            "path": "/${PART}/a.csv?appkey=${TOKEN}",
            "secrets": {"Authorization": "TOKEN"},
            "limits": {"attempts": 1},
        }
        fetched = run(context, server, **options)
        errors = []
        for _ in range(3):
            with pytest.raises(FetchError) as caught:
                run(make_context(tmp_path, environment=environment), server, **options)
            errors.append(caught)
    assert server.requests[0].headers["authorization"] == CANARY
    assert f"/{SECOND_CANARY}/a.csv?appkey={CANARY[:7]}" in server.requests[0].target
    with pytest.raises(FetchError) as caught:  # the server is gone
        run(context, server, **options)
    errors.append(caught)
    seen = [fetched.snapshots[0].url, fetched.snapshots[0].name, str(fetched), caplog.text]
    seen += [
        str(error.value.message()) + "".join(traceback.format_exception(error.value))
        for error in errors
    ]
    seen += [path.read_text("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    for text in seen:
        assert CANARY[:7] not in text


def test_a_missing_variable_is_named(tmp_path: Path) -> None:
    with department(always(reply(CSV))) as server, pytest.raises(FetchError, match="TOKEN"):
        run(make_context(tmp_path, environment={}), server, secrets={"X-Key": "TOKEN"})
    assert server.requests == []


def test_tokens_written_out_are_not_stored(tmp_path: Path) -> None:
    with department(always(reply(CSV))) as server:
        fetched = run(make_context(tmp_path), server, "/a?x=1&access_token=abc&y=2")
    assert fetched.snapshots[0].url.endswith("/a?x=1&access_token=***&y=2")
