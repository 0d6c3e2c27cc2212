"""``delta/<a>..<b>.jsonl``: the deltas of all versions under addresses that name both ends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from publishing.delta import DELTA, FOLDER


def link_delta(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Link the delta of a version of the dataset in ``folder``, where that is not done.

    Called before the pointer is switched, so that whoever learns of a version finds its delta, and
    again by repairs. Returns whether a link was made.
    """
    file = folder / str(manifest["version"]) / DELTA
    link = folder / FOLDER / f"{manifest['previous_version']}..{manifest['version']}.jsonl"
    if not file.exists() or link.exists():
        return False
    link.parent.mkdir(exist_ok=True)
    link.hardlink_to(file)
    return True
