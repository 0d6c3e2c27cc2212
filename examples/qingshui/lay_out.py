"""Laying the demo site out in a folder: its files, and the files of its departments.

What is there already is left as it is, so that an operator may change anything and run the demo
again. Only the address of the departments' server is put right where it has changed.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from examples.qingshui.make_files import DATABASE, INBOX, SERVED, make_files

SITE = Path(__file__).parent / "site"
PLACEHOLDER = "{{departments_url}}"
URL_FILE = ".departments_url"
_WITH_ADDRESS = ("sources", "troubles")


def lay_out(target: Path, departments_url: str) -> None:
    """Lay the site out in ``target`` for a departments' server at ``departments_url``.

    Files that exist are not overwritten; in the source files an earlier address of the server is
    replaced by the new one. Raises OSError where the folder cannot be written.
    """
    target.mkdir(parents=True, exist_ok=True)
    _copy_missing(SITE, target)
    make_department_files(target)
    _put_address(target, departments_url.rstrip("/"))


def make_department_files(target: Path) -> None:
    """Make those of the departments' files that are not there.

    The server can be started when this is done, and ``lay_out`` called with its address.
    """
    with tempfile.TemporaryDirectory(prefix="qingshui-") as folder:
        made = Path(folder)
        make_files(made)
        for name in (INBOX, SERVED, DATABASE):
            _copy_missing(made / name, target / name)


def earlier_port(target: Path) -> int:
    """The port of the server of the last time, to be asked for again; 0 where there was none.

    With the same port the source files stay the same, and a second run sees no change in them.
    """
    file = target / URL_FILE
    if not file.is_file():
        return 0
    return urlsplit(file.read_text(encoding="utf-8").strip()).port or 0


def _copy_missing(source: Path, target: Path) -> None:
    for file in sorted(source.rglob("*")):
        to = target / file.relative_to(source)
        if file.is_file() and not to.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, to)


def _put_address(target: Path, url: str) -> None:
    record = target / URL_FILE
    earlier = record.read_text(encoding="utf-8").strip() if record.is_file() else ""
    for folder in _WITH_ADDRESS:
        for file in sorted((target / folder).glob("*.yml")):
            text = file.read_text(encoding="utf-8")
            new = text.replace(PLACEHOLDER, url)
            if earlier and earlier != url:
                # the slash keeps http://127.0.0.1:80 from being found in …:8080
                new = new.replace(f"{earlier}/", f"{url}/")
            if new != text:
                file.write_text(new, encoding="utf-8")
    record.write_text(url + "\n", encoding="utf-8")
