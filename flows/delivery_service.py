"""The retry schedule of deliveries under ``gongkai serve``: a loop beside the scheduler.

Each pass is a process of its own (``gongkai deliver``), so that a large load cannot slow the worker
down or take it along. It is started only where something is due; now and then in any case, which
finds what changed without being noted (another setting, files put right).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import sys
import time
from pathlib import Path

from flows.opened_site import open_site
from schemas.message import GongkaiError

LOOK_SECONDS = 60.0
WHOLE_PASS_SECONDS = 3600.0
log = logging.getLogger("gongkai.deliveries")


async def deliver_while_serving(site: Path) -> None:
    """Serve deliveries until cancelled."""
    last_pass = 0.0
    while True:
        whole = time.monotonic() - last_pass >= WHOLE_PASS_SECONDS or not last_pass
        if await asyncio.to_thread(is_delivery_due, site, whole=whole):
            last_pass = time.monotonic() if whole else last_pass
            await _deliver(site)
        await asyncio.sleep(LOOK_SECONDS)


def is_delivery_due(site: Path, *, whole: bool) -> bool:
    """Whether the site has targets and one of them waits; with ``whole``, whether it has any."""
    try:
        with open_site(site, repaired=False) as opened:
            names = [target.name for target in opened.site.targets]
            now = dt.datetime.now(dt.UTC)
            return bool(names) and (whole or opened.warehouse.deliveries.is_due(names, now))
    except GongkaiError as error:  # a wrong site file, a busy database: the next look sees it
        log.warning("%s", error.message())
        return False


async def _deliver(site: Path) -> None:
    packages = str(Path(__file__).resolve().parent.parent)
    paths = [packages, os.environ.get("PYTHONPATH", "")]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "flows.command_line",
        "deliver",
        "--site",
        str(site),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    for line in told.decode(errors="replace").splitlines():
        log.warning("%s", line)
