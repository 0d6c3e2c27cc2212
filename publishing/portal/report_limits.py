"""How many reports are taken: from one address, and from all of them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

FROM_ONE_ADDRESS = ((600.0, 5), (86_400.0, 20))
"""(seconds, how many within them)."""
FROM_ALL_A_DAY = 1_000
MOST_ADDRESSES = 10_000


class ReportLimits:
    """Counts the reports of each address. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def seconds_to_wait(self, address: str) -> int:
        """0 where a report of this address is taken now (and counted), else when to try again."""
        now = self._clock()
        with self._lock:
            times = self._seen.setdefault(address, deque())
            self._seen.move_to_end(address)
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            longest = max(seconds for seconds, _ in FROM_ONE_ADDRESS)
            while times and times[0] <= now - longest:
                times.popleft()
            for seconds, most in FROM_ONE_ADDRESS:
                recent = [at for at in times if at > now - seconds]
                if len(recent) >= most:
                    return max(1, round(recent[-most] + seconds - now))
            times.append(now)
            return 0
