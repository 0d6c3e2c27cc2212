"""``python -m flows.documenting [--demo]``: write the generated pages of ``docs/`` anew.

With ``GONGKAI_REAL_DATA`` set, the page on real data too; with ``--demo``, the picture of the demo.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from flows.documenting.demo_picture import demo_output, picture
from flows.documenting.pages import DOCS, write_pages
from flows.documenting.real_rows import count_real_rows, real_rows_page


def main(arguments: list[str]) -> None:
    """Write what can be written here, and say which files changed."""
    for path in write_pages():
        print(path.name)
    data = os.environ.get("GONGKAI_REAL_DATA")
    if data:
        page = DOCS / "rules-on-real-data.md"
        page.write_text(real_rows_page(count_real_rows(Path(data))), encoding="utf-8")
        print(page.name)
    if "--demo" in arguments:
        image = DOCS / "images" / "demo.svg"
        image.parent.mkdir(exist_ok=True)
        image.write_text(picture(demo_output()), encoding="utf-8")
        print(image.name)


if __name__ == "__main__":
    main(sys.argv[1:])
