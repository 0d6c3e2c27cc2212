"""The run page that ``gongkai serve`` shows, in a real browser without any network."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import flows.serving as subject
from examples.qingshui.lay_out import lay_out

pytestmark = pytest.mark.browser
ROOT = Path(subject.__file__).parent.parent
LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str:
    named = os.environ.get("GONGKAI_CHROMIUM") or shutil.which("chromium")
    assert named is not None
    return named


@pytest.mark.timeout(300)
def test_the_run_page_lists_the_deployments_and_asks_nobody_else(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    lay_out(tmp_path / "site", "http://127.0.0.1:1")
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = tried.getsockname()[1]
    command = [sys.executable, "-m", "flows.command_line", "serve", "--no-portal", "--json"]
    service = subprocess.Popen(
        [*command, "--site", str(tmp_path / "site"), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert service.stdout is not None
        text = ""
        for line in service.stdout:
            text += line
            if line == "}\n":
                break
        ready = json.loads(text)
        asked: list[str] = []
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=_chromium(), args=LAUNCH)
            for width in (1280, 400):
                page = browser.new_page(viewport={"width": width, "height": 900})
                page.on("request", lambda request: asked.append(request.url))
                page.goto(ready["url"].replace("/runs", "/deployments"))
                page.get_by_text("land_supply_results", exact=False).first.wait_for(timeout=60_000)
                page.screenshot(path=tmp_path / f"run-page-{width}.png")
            browser.close()
    finally:
        service.send_signal(signal.SIGINT)
        service.wait(60)
    own = (f"http://127.0.0.1:{port}/", "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
