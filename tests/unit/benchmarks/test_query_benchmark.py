"""The benchmark of the query API runs on few rows, and gives what it says it measures."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.measuring import ROOT


class Answers(BaseHTTPRequestHandler):
    """Answers of ten bytes, each after a hundredth of a second; none at /missing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(0.01)
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"0123456789")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def load(port: int, path: str) -> subprocess.CompletedProcess[str]:
    plan = {"port": port, "clients": 2, "seconds": 0.3, "paths": [path]}
    command = [sys.executable, "-m", "benchmarks.load_client"]
    text = json.dumps(plan)
    return subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True)


def test_clients_measure_whole_answers_and_stop_at_a_fault(port: int) -> None:
    figures = json.loads(load(port, "/").stdout)
    assert figures["requests"] > 2
    assert figures["p95_ms"] >= figures["p50_ms"] >= 10
    assert figures["kb_per_answer"] == 0.0
    assert figures["per_second"] <= 200
    fault = load(port, "/missing")
    assert fault.returncode != 0
    assert "404" in fault.stderr


@pytest.mark.slow
def test_the_portal_is_measured_under_load(tmp_path: Path) -> None:
    script = (
        "import sys, benchmarks.queries as q; q.SECONDS = 0.5; q.PATHS = 50; "
        "sys.argv = ['benchmarks', 'queries', '--rows', '2400', '--no-baselines', '--json', "
        f"'--folder', {str(tmp_path)!r}]; import benchmarks.__main__ as m; m.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    for asked in ("page", "groups"):
        figures = found["served"][asked]["gongkai"]
        assert figures["requests"] > 0
        assert figures["p95_ms"] >= figures["p50_ms"] > 0
    assert found["served"]["page"]["gongkai"]["kb_per_answer"] > 1
