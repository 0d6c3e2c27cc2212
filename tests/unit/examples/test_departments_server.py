"""The server that plays the departments, asked over real sockets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from lxml import html

from examples.qingshui import make_files as making
from examples.qingshui.department_files import land_market_api
from examples.qingshui.departments_server import start_server, url_of

REPOSITORY = Path(making.__file__).parent.parent.parent


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    making.make_files(folder)
    return folder / making.SERVED


@pytest.fixture(scope="module")
def url(web: Path) -> Iterator[str]:
    server = start_server(web)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield url_of(server)
    server.shutdown()
    thread.join()
    server.server_close()


def test_two_list_pages_lead_to_all_notices(url: str) -> None:
    address, links = f"{url}/tdsc/index.html", []
    pages = 0
    while address:
        page = html.fromstring(requests.get(address, timeout=5).content)
        page.make_links_absolute(address)
        links += page.xpath("//ul[@class='list']//a/@href")
        following = page.xpath("//a[@class='next']/@href")
        address, pages = (following[0] if following else ""), pages + 1
    assert pages == 2
    assert len(links) == len(set(links)) == 18
    assert {requests.get(link, timeout=5).status_code for link in links} == {200}
    assert int(page.xpath("//b[@class='total']/text()")[0]) == len(links)


def _ask(url: str, **body: object) -> dict[str, object]:
    reply = requests.post(f"{url}/api/land/result/list", json=body, timeout=5)
    assert reply.status_code == 200
    answer: dict[str, object] = reply.json()
    return answer


def test_the_interface_gives_each_record_once(url: str) -> None:
    seen: list[str] = []
    for page in (1, 2, 3):
        answer = _ask(url, pageNum=page, pageSize=40)
        assert answer["code"] == 0
        data = answer["data"]
        assert isinstance(data, dict)
        assert data["total"] == land_market_api.COUNT
        seen += [row["gdGuid"] for row in data["rows"]]
    assert len(seen) == len(set(seen)) == land_market_api.COUNT


def test_a_page_beyond_the_end_is_empty(url: str) -> None:
    data = _ask(url, pageNum=4, pageSize=40)["data"]
    assert isinstance(data, dict)
    assert data["rows"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"pageNum": 1, "pageSize": 100}, 0),
        ({"pageNum": 1, "pageSize": 101}, 500),
        ({"pageNum": 1, "pageSize": 1}, 0),
        ({"pageNum": 1, "pageSize": 0}, 500),
        ({"pageNum": 0, "pageSize": 10}, 500),
        ({"pageNum": "zwei", "pageSize": 10}, 500),
        ({}, 0),
    ],
)
def test_the_interface_tells_errors_with_status_200(
    url: str, body: dict[str, object], code: int
) -> None:
    assert _ask(url, **body)["code"] == code


def test_the_interface_can_be_asked_with_get_too(url: str) -> None:
    reply = requests.get(f"{url}/api/land/result/list?pageNum=3&pageSize=40", timeout=5)
    assert len(reply.json()["data"]["rows"]) == land_market_api.COUNT - 80


def test_a_body_that_is_no_object_is_refused(url: str) -> None:
    for body in (b"[1]", b"{"):
        reply = requests.post(f"{url}/api/land/result/list", data=body, timeout=5)
        assert reply.status_code == 400


CITY = "/air/qingshui_hourly_2026.csv"


def test_an_unchanged_file_is_not_sent_again(url: str, web: Path) -> None:
    first = requests.get(url + CITY, timeout=5)
    assert first.content == (web / CITY.lstrip("/")).read_bytes()
    by_tag = {"If-None-Match": f'"other", {first.headers["ETag"]}'}
    by_time = {"If-Modified-Since": first.headers["Last-Modified"]}
    for headers in (by_tag, by_time):
        again = requests.get(url + CITY, headers=headers, timeout=5)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"other"'},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If-Modified-Since": "gestern"},
    ],
)
def test_a_changed_file_is_sent(url: str, headers: dict[str, str]) -> None:
    assert requests.get(url + CITY, headers=headers, timeout=5).status_code == 200


def test_the_tag_goes_before_the_date(url: str) -> None:
    modified = requests.head(url + CITY, timeout=5).headers["Last-Modified"]
    headers = {"If-None-Match": '"other"', "If-Modified-Since": modified}
    assert requests.get(url + CITY, headers=headers, timeout=5).status_code == 200


def test_the_tag_changes_with_the_content(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    server = start_server(tmp_path)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        tags = []
        for text in ("1", "2"):
            file.write_text(text, encoding="utf-8")
            tags.append(requests.get(f"{url_of(server)}/a.csv", timeout=5).headers["ETag"])
        assert tags[0] != tags[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_firewall_answers_200_with_a_page(url: str) -> None:
    reply = requests.get(f"{url}/waf/hourly.csv", timeout=5)
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "text/csv"
    assert "请稍候" in reply.content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/air", "/nothing.html", "/..%2f..%2fgongkai.yml", "/%2e%2e/databases/x", "//etc"]
)
def test_nothing_else_is_served(url: str, web: Path, path: str) -> None:
    (web.parent / "secret.txt").write_text("x", encoding="utf-8")
    for target in (path, "/..%2fsecret.txt"):
        assert requests.get(url + target, timeout=5).status_code == 404


def test_it_listens_on_the_loopback_address_only(url: str) -> None:
    port = int(url.rpartition(":")[2])
    assert url.startswith("http://127.0.0.1:")
    with socket.socket() as other:
        # the same port is free on another address of the loopback network
        other.bind(("127.0.0.2", port))


def test_a_taken_port_is_not_insisted_on(web: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wished = taken.getsockname()[1]
        server = start_server(web, wished)
        assert server.server_address[1] != wished
        server.server_close()


def _start(web: Path, announce: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "examples.qingshui.departments_server", "--folder", str(web)]
    command += ["--port", "0", "--announce", str(announce), *more]
    return subprocess.Popen(
        command, cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def _announced(file: Path) -> str:
    deadline = time.monotonic() + 15
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return file.read_text(encoding="utf-8").strip()


def test_as_a_process_it_announces_itself_and_ends_cleanly(web: Path, tmp_path: Path) -> None:
    process = _start(web, tmp_path / "url")
    url = _announced(tmp_path / "url")
    assert process.stdout is not None
    assert process.stdout.readline().strip() == url
    assert requests.get(f"{url}/tdsc/index.html", timeout=5).status_code == 200
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    process.communicate()


def test_it_ends_with_the_process_that_started_it(web: Path, tmp_path: Path) -> None:
    process = _start(web, tmp_path / "url", "--until-eof")
    _announced(tmp_path / "url")
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "examples.qingshui.departments_server", "--folder", "nowhere"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 2
    assert "nowhere" in process.stderr


def test_records_on_disk_are_what_is_served(url: str, web: Path) -> None:
    records = json.loads((web / "api" / land_market_api.FILE_NAME).read_text(encoding="utf-8"))
    data = _ask(url, pageNum=2, pageSize=40)["data"]
    assert isinstance(data, dict)
    assert data["rows"] == records[40:80]
