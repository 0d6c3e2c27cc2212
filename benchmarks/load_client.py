"""Asking a server from many connections at once: ``python -m benchmarks.load_client``.

Reads a plan from standard input as JSON: ``{"port": …, "clients": …, "seconds": …, "paths": […]}``.
Each client keeps its connection and asks the paths in turn, from another place in the list, each
as soon as the one before is answered. Prints what it took. Answers other than 200 are faults.

It stays small on purpose: on a machine with few cores whatever the client takes, the server lacks.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"


@dataclass
class Told:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)
    answer_bytes: int = 0


def main() -> None:
    """Run the plan."""
    plan = json.load(sys.stdin)
    started = time.perf_counter()
    told = asyncio.run(_all_clients(plan))
    print(json.dumps(_figures(told, time.perf_counter() - started, time.process_time())))


async def _all_clients(plan: dict[str, Any]) -> Told:
    told = Told()
    end = time.perf_counter() + plan["seconds"]
    paths: list[str] = plan["paths"]
    apart = max(1, len(paths) // plan["clients"])
    clients = (
        _client(plan["port"], paths[at * apart :] + paths[: at * apart], end, told)
        for at in range(plan["clients"])
    )
    await asyncio.gather(*clients)
    return told


async def _client(port: int, paths: Sequence[str], end: float, told: Told) -> None:
    reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 22)
    asked = 0
    while time.perf_counter() < end:
        path = paths[asked % len(paths)]
        asked += 1
        before = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n\r\n".encode())
        size = await _answer(reader, path)
        told.answer_bytes += size
        told.seconds.append(time.perf_counter() - before)
    writer.close()


async def _answer(reader: asyncio.StreamReader, path: str) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuntimeError(f"{path}: {head.decode()}")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return len(await reader.readexactly(int(value)))
    size = 0
    while True:  # chunked
        length = int(await reader.readuntil(b"\r\n"), 16)
        size += len(await reader.readexactly(length + 2)) - 2
        if not length:
            return size


def _figures(told: Told, wall: float, cpu: float) -> dict[str, float]:
    times = sorted(told.seconds)

    def at(share: float) -> float:
        return round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 1)

    return {
        "requests": len(times),
        "per_second": round(len(times) / wall, 1),
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "kb_per_answer": round(told.answer_bytes / len(times) / 1000, 1),
        "client_cpu_s": round(cpu, 2),
    }


if __name__ == "__main__":
    main()
