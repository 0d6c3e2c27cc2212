"""Politeness: a pause between two requests to one host, over all sources of the process."""

from __future__ import annotations

import threading

from connectors.clock import Clock


class HostSpacing:
    """Hands out turns. Safe between threads: each caller gets a moment of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait_turn(self, host: str, seconds: float, clock: Clock) -> None:
        """Wait until ``seconds`` have passed since the turn before this one at ``host``."""
        with self._lock:
            now = clock.monotonic()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + seconds
        if turn > now:
            clock.sleep(turn - now)


SHARED_SPACING = HostSpacing()
