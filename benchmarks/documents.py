"""Made documents of one kind: ``python -m benchmarks.documents budget|notices COUNT FOLDER``.

The same count gives the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.booklet import write_booklet
from benchmarks.notices import write_notices


def main() -> None:
    """Write a booklet with COUNT lines of the lowest level, or COUNT notices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("budget", "notices"))
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.kind == "budget":
        write_booklet(given.folder / "booklet.pdf", given.count)
    else:
        write_notices(given.folder, given.count)


if __name__ == "__main__":
    main()
