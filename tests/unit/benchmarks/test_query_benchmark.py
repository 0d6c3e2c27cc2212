"""The benchmark of the query API runs on few rows, and gives what it says it measures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import ROOT


def test_the_portal_is_measured_under_load(tmp_path: Path) -> None:
    script = (
        "import sys, benchmarks.queries as q; q.SECONDS = 0.5; q.PATHS = 50; "
        "sys.argv = ['benchmarks', 'queries', '--rows', '2400', '--no-baselines', '--json', "
        f"'--folder', {str(tmp_path)!r}]; import benchmarks.__main__ as m; m.main()"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    for asked in ("page", "groups"):
        figures = found["served"][asked]["gongkai"]
        assert figures["requests"] > 0
        assert figures["p95_ms"] >= figures["p50_ms"] > 0
    assert found["served"]["page"]["gongkai"]["kb_per_answer"] > 1
