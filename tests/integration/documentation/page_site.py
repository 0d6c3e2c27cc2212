"""Writing the site, the department files and the databases of a page."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import made_documents
from fenced import HOST, blocks, made_files

SITE = """\
format: 1
id: documented
publisher:
  name: {zh: 清水县人民政府, en: Qingshui County}
  division_code: "620521"
"""


def lay_out(folder: Path, page: Path, url: str = HOST) -> None:
    """Write the site, the department files and the databases of a page."""
    write(folder / "gongkai.yml", SITE)
    for block in blocks(page):
        name = block.site_file
        if name is not None:
            text = block.text
            if name.startswith("vocab/"):
                text = text.partition("\n")[2]
            write(folder / name, text.replace(HOST, url))
        elif block.mark == "file":
            path, _, encoding = block.about.partition("; encoding: ")
            write(folder / path, block.text, encoding or "utf-8")
        elif block.mark == "sql":
            path_of_database = folder / block.about
            path_of_database.parent.mkdir(parents=True, exist_ok=True)
            with sqlite3.connect(path_of_database) as connection:
                connection.executescript(block.text)
            connection.close()
    for name in made_files(page):
        path_to_make = folder / name
        path_to_make.parent.mkdir(parents=True, exist_ok=True)
        made_documents.MAKERS[Path(name).name](path_to_make)


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file of the site."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
