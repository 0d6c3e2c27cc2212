"""Make the invented files of 清水县's departments: ``python -m examples.qingshui.make_files``.

The same seed gives the same bytes: nothing here looks at the clock, and every file has a random
generator of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from examples.qingshui.department_files import (
    air_quality,
    budget_booklet,
    budget_scan,
    government_debt,
    land_market_api,
    land_notices,
    land_register,
    land_workbook,
    procurement_intentions,
    procurement_notices,
    surface_water,
)
from examples.qingshui.department_files.faults import PlantedFault, as_markdown

SERVED = "departments"  # what the departments' server serves
DATABASE = "databases"  # a department's own database
INBOX = "inbox"  # the drop directory
FAULTS_FILE = "planted_faults.json"
HERE = Path(__file__).parent
TABLE_BEGINS, TABLE_ENDS = "<!-- faults -->\n", "<!-- /faults -->\n"


def make_files(target: Path) -> list[PlantedFault]:
    """Write all files below ``target``, replacing what is there; return what was planted."""
    served, inbox = target / SERVED, target / INBOX
    return [
        *land_workbook.write_workbook(inbox / "land_results"),
        *land_market_api.write_records(served / "api"),
        *land_register.write_register(target / DATABASE),
        *land_notices.write_pages(served),
        *air_quality.write_county_files(inbox / "air"),
        *air_quality.write_city_file(served / "air"),
        *surface_water.write_sheets(inbox / "water"),
        *budget_booklet.write_booklet(inbox / "budgets"),
        *budget_scan.write_scan(inbox / "budget_scans"),
        *government_debt.write_workbook(inbox / "debt"),
        *procurement_intentions.write_workbook(inbox / "procurement_intentions"),
        *procurement_notices.write_pages(served),
        *air_quality.write_wrong_unit_file(inbox / "air_mobile"),
        *air_quality.wall_faults(),
    ]


def faults_as_json(faults: Sequence[PlantedFault]) -> str:
    """The text of ``planted_faults.json``."""
    return json.dumps([fault.as_json() for fault in faults], ensure_ascii=False, indent=1) + "\n"


def document(faults: Sequence[PlantedFault], folder: Path = HERE) -> None:
    """Bring ``planted_faults.json`` and the README's table up to date."""
    (folder / FAULTS_FILE).write_text(faults_as_json(faults), encoding="utf-8")
    readme = folder / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(TABLE_BEGINS)
    after = rest.partition(TABLE_ENDS)[2]
    text = before + TABLE_BEGINS + as_markdown(faults) + TABLE_ENDS + after
    readme.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files and the list of faults; with ``--document`` renew the list kept here."""
    parser = argparse.ArgumentParser(prog="make_files", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--document", action="store_true", help="renew list and README table")
    options = parser.parse_args(arguments)
    faults = make_files(options.out)
    (options.out / FAULTS_FILE).write_text(faults_as_json(faults), encoding="utf-8")
    if options.document:
        document(faults)
    return 0


if __name__ == "__main__":
    sys.exit(main())
