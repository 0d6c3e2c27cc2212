"""What a measured script prints about itself as its last line."""

from __future__ import annotations

import json
import time


def imports_done() -> float:
    """CPU seconds of this process so far."""
    return time.process_time()


def report(imports_cpu_s: float, rows_read: int, rows_good: int, failures: dict[str, int]) -> None:
    """Print one line of JSON: what the imports cost, and what was found."""
    found = {name: int(count) for name, count in failures.items()}
    print(
        json.dumps(
            {
                "imports_cpu_s": imports_cpu_s,
                "rows_read": rows_read,
                "rows_good": rows_good,
                "failures": found,
            }
        )
    )
