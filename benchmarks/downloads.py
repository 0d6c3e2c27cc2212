"""``python -m benchmarks.downloads [--megabytes N] [--rounds N] [--json]``: downloads side by side.

From the portal and from what the web server alone gives, in turn, in the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT

SERVERS = ("portal", "bare")
DATASET = "datasets/measured"
LARGE, SMALL = "measured.parquet", "datapackage.json"
SMALL_BYTES = 10_000
SMALL_REQUESTS = 300
CLIENTS = 8
BLOCK = 1 << 20


def measure(megabytes: int, rounds: int) -> dict[str, Any]:
    """Figures of both servers (medians of rounds), and their ratios: portal / bare."""
    with tempfile.TemporaryDirectory(prefix="downloads-") as temporary:
        folder = Path(temporary)
        make_public_folder(folder, megabytes)
        with _server("portal", folder) as portal, _server("bare", folder) as bare:
            ports = {"portal": portal, "bare": bare}
            first = {name: _seconds(port, LARGE) for name, port in ports.items()}
            for port in ports.values():
                _seconds(port, SMALL)
            found: dict[str, dict[str, list[float]]] = {
                name: {"large_mb_per_s": [], "parallel_mb_per_s": [], "small_per_s": []}
                for name in SERVERS
            }
            for at in range(rounds):
                for name in SERVERS if at % 2 else reversed(SERVERS):
                    _round(found[name], ports[name], megabytes)
    figures = {
        name: {what: round(statistics.median(values), 1) for what, values in one.items()}
        for name, one in found.items()
    }
    ratios = {
        what: round(figures["portal"][what] / figures["bare"][what], 2) for what in figures["bare"]
    }
    return {
        "megabytes": megabytes,
        "rounds": rounds,
        "first_download_s": {name: round(value, 3) for name, value in first.items()},
        **figures,
        "ratios": ratios,
    }


def make_public_folder(folder: Path, megabytes: int) -> None:
    """One version with a large and a small file, as a release would lay it out."""
    version = folder / DATASET / "1"
    version.mkdir(parents=True)
    (version / SMALL).write_bytes(os.urandom(SMALL_BYTES))
    with (version / LARGE).open("wb") as stream:
        for _ in range(megabytes):
            stream.write(os.urandom(1_000_000))
    files = {name: _facts(version / name) for name in (LARGE, SMALL)}
    manifest = {"files": files, "previous_version": None, "title": {"zh": "测", "en": "measured"}}
    (version / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    pointer = {"dataset": "measured", "current": 1, "versions": [{"version": 1}]}
    (folder / DATASET / "versions.json").write_text(json.dumps(pointer), encoding="utf-8")


def _facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size}


def _round(found: dict[str, list[float]], port: int, megabytes: int) -> None:
    found["large_mb_per_s"].append(megabytes / _seconds(port, LARGE))
    at_once = _at_once(lambda: _download(port, LARGE))
    found["parallel_mb_per_s"].append(CLIENTS * megabytes / at_once)
    seconds = _at_once(lambda: _download(port, SMALL, SMALL_REQUESTS // CLIENTS))
    found["small_per_s"].append(SMALL_REQUESTS // CLIENTS * CLIENTS / seconds)


def _at_once(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(work) for _ in range(CLIENTS)]:
            done.result()
    return time.perf_counter() - began


def _seconds(port: int, name: str) -> float:
    began = time.perf_counter()
    _download(port, name)
    return time.perf_counter() - began


def _download(port: int, name: str, times: int = 1) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    for _ in range(times):
        connection.request("GET", f"/{DATASET}/1/{name}")
        reply = connection.getresponse()
        if reply.status != 200:
            raise RuntimeError(f"{name}: {reply.status}")
        size = 0
        while block := reply.read(BLOCK):
            size += len(block)
        if size != int(reply.headers["Content-Length"]):
            raise RuntimeError(f"{name}: cut")
    connection.close()


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.file_servers", kind, str(folder)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise AssertionError("the output is piped")
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.downloads", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100, help="size of the large file")
    parser.add_argument("--rounds", type=int, default=5, help="figures are medians")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    found = measure(given.megabytes, given.rounds)
    if given.json:
        print(json.dumps(found, indent=2))
        return
    for name in SERVERS:
        print(f"{name:8}", ", ".join(f"{what} {value}" for what, value in found[name].items()))
    print("portal / bare:", ", ".join(f"{k} {v}" for k, v in found["ratios"].items()))
    print("first download of the large file, s:", found["first_download_s"])


if __name__ == "__main__":
    main()
