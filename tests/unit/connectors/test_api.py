"""Paged JSON APIs, and the ways in which their pages do not add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import Department, Reply, Request, department, make_context, reply
from pydantic import ValidationError

from connectors import api
from schemas.connector_options import ApiConnector
from schemas.message import FetchError, IncompleteFetchError
from schemas.snapshot import Fetched

ROWS = [{"id": number, "name": f"宗地{number}"} for number in range(7)]
BY_PAGE = {"by": "page", "parameter": "page", "size_parameter": "size", "size": 3}


def run(server: Department, tmp_path: Path, **options: Any) -> Fetched:
    connector = ApiConnector.model_validate(
        {
            "type": "api",
            "url": f"{server.url}/list",
            "records": "/data/rows",
            "limits": {"seconds_between_requests": 0.0, "attempts": 2},
            **options,
        },
        strict=False,
    )
    return api.fetch(connector, make_context(tmp_path, reader_type="json"))


def query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}


def as_json(document: Any, **more: Any) -> bytes:
    return reply(json.dumps(document, ensure_ascii=False).encode(), **more)


def paged(
    rows: list[dict[str, Any]],
    total: int | None = None,
    change: Callable[[int, list[dict[str, Any]]], tuple[list[dict[str, Any]], int]] | None = None,
) -> Callable[[Request], Reply]:
    """An honest pager over ``rows``; ``change`` may alter what it holds at the n-th request."""
    asked = [0]

    def answer(request: Request) -> Reply:
        asked[0] += 1
        held, said = change(asked[0], rows) if change else (rows, len(rows))
        page, size = int(query(request)["page"]), int(query(request)["size"])
        data = {
            "rows": held[(page - 1) * size : page * size],
            "total": said if total is None else total,
        }
        return as_json({"code": 0, "data": data})

    return answer


def records(fetched: Fetched) -> list[Any]:
    return [
        row
        for snapshot in fetched.snapshots
        for row in json.loads(snapshot.path.read_bytes())["data"]["rows"]
    ]


def test_pages_come_in_order_and_prove_the_total(tmp_path: Path) -> None:
    with department(paged(ROWS)) as server:
        first = run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"}, key="id")
        second = run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"}, key="id")
    assert records(first) == ROWS
    assert len(first.snapshots) == 3
    assert "the total of the API is 7" in first.evidence.en
    assert (first.new_content, second.new_content) == (True, False)
    assert second.snapshots == first.snapshots


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(count=st.integers(0, 20), size=st.integers(1, 7), until=st.sampled_from(["total", "empty"]))
def test_every_record_comes_once_whatever_the_sizes(
    tmp_path: Path, count: int, size: int, until: str
) -> None:
    rows = [{"id": number} for number in range(count)]
    paging = {**BY_PAGE, "size": size, "until": until}
    if until == "total":
        paging["total"] = "/data/total"
    with department(paged(rows)) as server:
        assert records(run(server, tmp_path, paging=paging, key="id")) == rows
    asked = -(-count // size)
    assert len(server.requests) == (max(1, asked) if until == "total" else asked + 1)


def test_offset_in_a_nested_body_with_date(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        start = json.loads(request.body)["page"]["from"]
        return as_json({"data": {"rows": ROWS[start : start + 2], "total": "7"}})

    paging = {
        "by": "offset", "parameter": "page/from", "place": "body", "start": 0,
        "size_parameter": "page/size", "size": 5, "total": "/data/total",
    }  # fmt: skip
    body = {"page": {"x": 1}, "day": "{date}"}
    with department(answer) as server:
        fetched = run(server, tmp_path, method="POST", body=body, paging=paging)
    assert records(fetched) == ROWS
    assert json.loads(server.requests[0].body) == {
        "page": {"x": 1, "from": 0, "size": 5}, "day": "2026-03-09",
    }  # fmt: skip
    assert json.loads(server.requests[-1].body)["page"]["from"] == 6


def test_form_body(tmp_path: Path) -> None:
    with department(lambda request: as_json({"data": {"rows": ROWS}})) as server:
        run(server, tmp_path, method="POST", body={"区": "清水"}, body_form="form")
    assert server.requests[0].body == b"%E5%8C%BA=%E6%B8%85%E6%B0%B4"
    assert server.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_cursor(tmp_path: Path) -> None:
    following = {"": "b", "b": "c", "c": None}

    def answer(request: Request) -> Reply:
        at = query(request).get("cursor", "")
        position = list(following).index(at)
        data = {"rows": ROWS[position * 2 : position * 2 + 2], "next": following[at]}
        return as_json({"data": data})

    paging = {"by": "cursor", "parameter": "cursor", "next_cursor": "/data/next"}
    with department(answer) as server:
        fetched = run(server, tmp_path, paging=paging)
    assert records(fetched) == ROWS[:6]
    assert "no next" in fetched.evidence.en


def test_page_count(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        page = int(query(request)["page"])
        return as_json({"pages": 3, "data": {"rows": ROWS[page * 2 - 2 : page * 2]}})

    with department(answer) as server:
        fetched = run(server, tmp_path, paging={**BY_PAGE, "pages": "/pages"})
    assert records(fetched) == ROWS[:6]


def test_a_single_reply_without_length_proves_itself(tmp_path: Path) -> None:
    body = json.dumps({"data": {"rows": ROWS}}).encode()
    with department(lambda request: reply(body, length=None)) as server:
        assert records(run(server, tmp_path)) == ROWS
    with (
        department(lambda request: reply(body[:-9], length=None)) as server,
        pytest.raises(IncompleteFetchError, match="JSON"),
    ):
        run(server, tmp_path)


@pytest.mark.parametrize(
    "document",
    [
        {"code": 500, "msg": "系统繁忙"},
        {"data": {"rows": ROWS}},
        {"code": True, "data": {"rows": []}},
    ],
)
def test_an_error_with_status_200_is_an_error(tmp_path: Path, document: Any) -> None:
    success = {"pointer": "/code", "equals": ["0", "200"]}
    with (
        department(lambda request: as_json(document)) as server,
        pytest.raises(FetchError, match="reports a failure") as caught,
    ):
        run(server, tmp_path, success=success)
    assert not isinstance(caught.value, IncompleteFetchError)
    if "msg" in document:
        assert "系统繁忙" in caught.value.message().zh


@pytest.mark.parametrize("code", [0, "0", 200])
def test_success_is_compared_as_text(tmp_path: Path, code: Any) -> None:
    document = {"code": code, "data": {"rows": ROWS}}
    with department(lambda request: as_json(document)) as server:
        assert run(server, tmp_path, success={"pointer": "/code", "equals": ["0", "200"]}).snapshots


@pytest.mark.parametrize(
    "document",
    [{"code": 500}, {"data": None}, {"data": {"rows": None}}, {"data": {"rows": {}}}, [], "x"],
)
def test_a_reply_without_records_is_an_error(tmp_path: Path, document: Any) -> None:
    with (
        department(lambda request: as_json(document)) as server,
        pytest.raises(FetchError, match="no array of records"),
    ):
        run(server, tmp_path)


def test_null_records_of_an_empty_total(tmp_path: Path) -> None:
    document = {"data": {"rows": None, "total": 0}}
    with department(lambda request: as_json(document)) as server:
        fetched = run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"})
    assert len(fetched.snapshots) == 1


def test_page_two_repeating_page_one_is_partial(tmp_path: Path) -> None:
    document = {"data": {"rows": ROWS[:3], "total": 7}}
    for until in ({"total": "/data/total"}, {"until": "empty"}):
        with (
            department(lambda request: as_json(document)) as server,
            pytest.raises(IncompleteFetchError, match="repeats"),
        ):
            run(server, tmp_path, paging={**BY_PAGE, **until})
        assert len(server.requests) == 4, "asked for once more from the start"


def test_fewer_records_than_the_total_is_partial(tmp_path: Path) -> None:
    with (
        department(paged(ROWS, total=9)) as server,
        pytest.raises(IncompleteFetchError, match="says 9 records, its pages give 7"),
    ):
        run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"})


def test_more_records_than_the_total_is_partial(tmp_path: Path) -> None:
    with (
        department(paged(ROWS, total=5)) as server,
        pytest.raises(IncompleteFetchError, match="says 5 records, its pages give 6"),
    ):
        run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"})


def insert_at(moment: int) -> Callable[[int, list[Any]], tuple[list[Any], int]]:
    def change(asked: int, rows: list[Any]) -> tuple[list[Any], int]:
        held = [{"id": 99}, *rows] if asked >= moment else rows
        return held, len(held)

    return change


def swap_at(moment: int) -> Callable[[int, list[Any]], tuple[list[Any], int]]:
    """One record added in front and the last one removed: the total stays."""

    def change(asked: int, rows: list[Any]) -> tuple[list[Any], int]:
        held = [{"id": 99}, *rows[:-1]] if asked >= moment else rows
        return held, len(held)

    return change


@pytest.mark.parametrize("change", [insert_at(2), swap_at(2)])
def test_a_change_while_paging_is_asked_for_once_more(tmp_path: Path, change: Any) -> None:
    with department(paged(ROWS, change=change)) as server:
        fetched = run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"}, key="id")
    expected = change(9, ROWS)[0]
    assert records(fetched) == expected
    assert fetched.snapshots[0].path.read_bytes().count(b'"id": 99') == 1


def test_a_list_that_never_rests_is_partial(tmp_path: Path) -> None:
    def change(asked: int, rows: list[Any]) -> tuple[list[Any], int]:
        held = [{"id": 100 + n} for n in range(asked)] + rows
        return held, len(held)

    with (
        department(paged(ROWS, change=change)) as server,
        pytest.raises(IncompleteFetchError, match="total changed from"),
    ):
        run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"}, key="id")


def test_a_deletion_while_paging_without_a_key(tmp_path: Path) -> None:
    def change(asked: int, rows: list[Any]) -> tuple[list[Any], int]:
        held = rows[1:] if asked == 2 else rows
        return held, len(held)

    with department(paged(ROWS, change=change)) as server:
        fetched = run(server, tmp_path, paging={**BY_PAGE, "total": "/data/total"})
    assert records(fetched) == ROWS


def test_pages_without_end(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        return as_json({"data": {"rows": [{"id": query(request)["page"]}]}})

    with (
        department(answer) as server,
        pytest.raises(IncompleteFetchError, match="max_pages"),
    ):
        run(server, tmp_path, paging={**BY_PAGE, "until": "empty", "max_pages": 4})


def test_a_record_without_its_key(tmp_path: Path) -> None:
    with (
        department(lambda request: as_json({"data": {"rows": [{"x": 1}]}})) as server,
        pytest.raises(FetchError, match="no key id"),
    ):
        run(server, tmp_path, key="id")


def test_a_login_page_in_place_of_json(tmp_path: Path) -> None:
    page = b"<html><form><input type=password></form></html>"
    with (
        department(lambda request: reply(page)) as server,
        pytest.raises(FetchError, match="Blocked"),
    ):
        run(server, tmp_path)


def test_paging_must_say_how_it_ends() -> None:
    for paging in (BY_PAGE, {"by": "cursor", "parameter": "c", "until": "empty"}):
        with pytest.raises(ValidationError):
            ApiConnector.model_validate(
                {"type": "api", "url": "u", "records": "", "paging": paging}, strict=False
            )
