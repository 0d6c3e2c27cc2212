"""From a source file to snapshots: the one door of this room.

The modules of the access patterns are imported when they are needed: most runs need one of them.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Protocol, cast

from connectors.context import FetchContext
from schemas.message import FetchError, Message
from schemas.snapshot import Fetched
from schemas.source import Source


class _Pattern(Protocol):
    def fetch(self, options: object, context: FetchContext) -> Fetched: ...


PATTERNS = ("http", "api", "listing", "folder", "sql", "sftp")


def fetch(source: Source, context: FetchContext) -> Fetched:
    """Get everything that ``source`` has, archive it, and say how it is known to be everything.

    Raises:
        FetchError: nothing usable came; the run ends as ``failed``.
        IncompleteFetchError: it cannot be shown that everything came; the run ends as ``partial``.
    """
    kind = source.connector.type
    if kind not in PATTERNS:
        raise FetchError(
            Message(
                f"连接方式 {kind} 不经过网络，由流程直接读取发布版本。",
                f"The connector {kind} fetches nothing: flows read the release themselves.",
            ),
            where=source.id,
        )
    pattern = cast(_Pattern, importlib.import_module(f"connectors.{kind}"))
    return pattern.fetch(source.connector, replace(context, completeness=source.completeness))
