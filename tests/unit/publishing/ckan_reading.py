"""Reads a catalogue with ckanext-dcat, in a process that has CKAN: FOLDER CATALOGUE FORMAT.

FOLDER holds CKAN and what it imports. No database and no configuration is needed for this part.
Prints the datasets as CKAN would store them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Print a JSON list."""
    sys.path.insert(0, sys.argv[1])
    from ckanext.dcat.processors import RDFParser

    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(Path(sys.argv[2]).read_text("utf-8"), _format=sys.argv[3])
    print(json.dumps(list(parser.datasets()), ensure_ascii=False))


if __name__ == "__main__":
    main()
