"""All tables of a booklet as bare rows of text: ``python -m … INPUT_FOLDER OUTPUT_FOLDER``.

What a script does that knows nothing of budgets: no headers, units, codes or checks.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pdfplumber

from benchmarks.baselines.reporting import imports_done, report

IMPORTS = imports_done()


def main() -> None:
    """Write every row of every table into one CSV file."""
    inputs, output = (Path(argument) for argument in sys.argv[1:])
    rows = 0
    with (output / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for booklet in sorted(inputs.glob("*.pdf")):
            with pdfplumber.open(booklet) as document:
                for page in document.pages:
                    for table in page.extract_tables():
                        writer.writerows(table)
                        rows += len(table)
    report(IMPORTS, rows, rows, {})


if __name__ == "__main__":
    main()
