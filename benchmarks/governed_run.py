"""``gongkai run`` with its imports told apart: ``python -m benchmarks.governed_run SITE``.

What the run needs is imported first; modules that a run loads later are counted as its work.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import flows.running
import flows.source_run  # noqa: F401
from flows.command_line import app

IMPORTS = time.process_time()


def main() -> None:
    """Run all sources of the site, and tell what came out."""
    site = Path(sys.argv[1])
    app(["run", "--site", str(site)], standalone_mode=False)
    print(json.dumps({"imports_cpu_s": IMPORTS} | _last_run(site)))


def _last_run(site: Path) -> dict[str, int]:
    """The ledger of the newest run, from the control database."""
    from flows.opened_site import open_site

    with open_site(site, repaired=False) as opened:
        source = next(iter(opened.definitions.sources.values())).model
        last = opened.warehouse.runs.last_finished(source.dataset_id, source.id)
        if last is None:
            raise AssertionError("a run has just ended")
        names = ("rows_read", "rows_new", "rows_quarantined", "rows_duplicate", "rows_unchanged")
        counts = {name: int(str(last.counts[name])) for name in names}
        return counts | {f"findings_{name}": int(n) for name, n in last.findings.items()}


if __name__ == "__main__":
    main()
