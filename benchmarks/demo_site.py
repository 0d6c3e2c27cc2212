"""Lay the demo site out without running it: ``python -m benchmarks.demo_site FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from examples.qingshui.lay_out import lay_out

if __name__ == "__main__":
    lay_out(Path(sys.argv[1]), "http://127.0.0.1:8000")
