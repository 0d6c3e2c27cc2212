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
    land_market_api,
    land_notices,
    land_register,
    land_workbook,
    surface_water,
)
from examples.qingshui.department_files.faults import PlantedFault, as_markdown

SERVED = "departments/web"  # what the departments' server serves
DATABASE = "departments/database"  # a department's own database
INBOX = "inbox"  # the drop directory
FAULTS_FILE = "planted_faults.json"


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
        *air_quality.write_wrong_unit_file(inbox / "air_mobile"),
        *air_quality.wall_faults(),
    ]


def faults_as_json(faults: Sequence[PlantedFault]) -> str:
    """The text of ``planted_faults.json``."""
    return json.dumps([fault.as_json() for fault in faults], ensure_ascii=False, indent=1) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, the list of faults, and with ``--table`` print the README's table."""
    parser = argparse.ArgumentParser(prog="make_files", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--table", action="store_true", help="print the faults as a table")
    options = parser.parse_args(arguments)
    faults = make_files(options.out)
    (options.out / FAULTS_FILE).write_text(faults_as_json(faults), encoding="utf-8")
    if options.table:
        print(as_markdown(faults), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
