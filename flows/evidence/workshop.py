"""Where tasks for the reading process queue up: one at a time, each with a limit of time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from schemas.message import Message

TASK_SECONDS = 900.0
"""A booklet of a hundred scanned pages takes ten minutes; whatever takes longer is not shown."""
MOST_WAITING = 16
MOST_WAITERS = 6
"""So many requests may wait for the process at a time; others are told at once to come back."""
FAILURE_SECONDS = 3600.0
"""What failed is not tried again for so long."""
MOST_FAILED = 1000

Perform = Callable[[dict[str, Any]], dict[str, Any]]
TIME_UP = Message("读取这个文件用时过长。", "Reading this document takes too long.")
DIED = Message("读取这个文件时出错。", "The document could not be read.")


class ReadingProcess:
    """Runs ``flows.evidence.worker`` and talks to it; started when needed, killed when too slow."""

    def __init__(self, limit_seconds: float = TASK_SECONDS) -> None:
        self._limit = limit_seconds
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, task: dict[str, Any]) -> dict[str, Any]:
        """Do one task. Not to be called from two threads at once."""
        answer = self._ask(task) or self._ask(task)  # it may just have ended for want of work
        return answer or {"trouble": [DIED.zh, DIED.en]}

    def _ask(self, task: dict[str, Any]) -> dict[str, Any] | None:
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._limit, end)
        timer.start()
        try:
            process.stdin.write(json.dumps(task, ensure_ascii=False) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if late.is_set():
            self.close()
            return {"trouble": [TIME_UP.zh, TIME_UP.en]}
        if not line:
            self.close()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.evidence.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        return self._process

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


class Workshop:
    """Tasks by name, done one after another; a name that is being worked on is not queued twice."""

    def __init__(self, perform: Perform | None = None) -> None:
        self._perform = perform or ReadingProcess()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="evidence")
        self._lock = threading.Lock()
        self._waiting: dict[str, Future[dict[str, Any]]] = {}
        self._failed: dict[str, tuple[float, Message]] = {}
        self._waiters = threading.BoundedSemaphore(MOST_WAITERS)

    def done(self, name: str, task: dict[str, Any], seconds: float) -> bool | Message | None:
        """Have a task done and wait for it at most ``seconds``.

        Returns what it made (False: nothing to show), why it failed, or None: it is not done yet,
        and goes on by itself unless too many are waiting.
        """
        with self._lock:
            failed = self._failed.get(name)
            if failed is not None and time.monotonic() - failed[0] < FAILURE_SECONDS:
                return failed[1]
            future = self._waiting.get(name)
            if future is None and len(self._waiting) >= MOST_WAITING:
                return None
            if future is None:
                future = self._pool.submit(self._perform, task)
                self._waiting[name] = future
                begun = future
            else:
                begun = None
        if begun is not None:  # outside the lock: it may be done already
            begun.add_done_callback(lambda done: self._settle(name, done))
        self._wait(future, seconds)
        if not future.done():
            return None
        answer = future.result()
        return Message(*answer["trouble"]) if "trouble" in answer else bool(answer["made"])

    def _wait(self, future: Future[dict[str, Any]], seconds: float) -> None:
        """Wait, unless many do already: those who wait hold a thread of the portal."""
        if self._waiters.acquire(blocking=False):
            try:
                wait([future], timeout=seconds)
            finally:
                self._waiters.release()

    def _settle(self, name: str, future: Future[dict[str, Any]]) -> None:
        with self._lock:
            self._waiting.pop(name, None)
            if future.cancelled() or future.exception() is not None:
                return
            answer = future.result()
            if "trouble" in answer:
                if len(self._failed) >= MOST_FAILED:
                    self._failed.clear()
                self._failed[name] = (time.monotonic(), Message(*answer["trouble"]))

    def close(self) -> None:
        """End what is being done."""
        if isinstance(self._perform, ReadingProcess):
            self._perform.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
