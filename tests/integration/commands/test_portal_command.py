"""``gongkai portal`` as an operator meets it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import flows.command_line as subject

ROOT = Path(subject.__file__).parent.parent


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flows.command_line", "portal", *arguments]


def test_it_serves_without_a_database_until_it_is_told_to_stop(made_site: Any) -> None:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = str(tried.getsockname()[1])
    site = ["--site", str(made_site.folder)]
    before = sorted(path.name for path in made_site.folder.iterdir())
    running = subprocess.Popen(
        _command(*site, "--port", port, "--json"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        told = json.loads("".join(running.stdout.readline() for _ in range(4)))
        assert told == {"url": f"http://127.0.0.1:{port}/", "datasets": 0}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{told['url']}health", timeout=30) as reply:
            assert json.load(reply)["status"] == "ok"
        refused = subprocess.run(
            _command(*site, "--port", port),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"端口 {port} 已被占用")
        assert "--port" in refused.stderr
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
    finally:
        running.kill()
        running.wait()
    assert sorted(path.name for path in made_site.folder.iterdir()) == before


def test_an_address_of_another_machine_is_refused_in_a_sentence(made_site: Any) -> None:
    site = ["--site", str(made_site.folder)]
    done = subprocess.run(
        _command(*site, "--host", "192.0.2.1"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("不能监听地址 192.0.2.1")
    assert "--host" in done.stderr
