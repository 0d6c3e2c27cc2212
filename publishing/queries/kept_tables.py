"""Versions kept ready for queries, within a bound of memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from publishing.queries.version_table import MB, QueriedVersion, VersionTable, content_key

MOST_TABLES = 200


@dataclass(slots=True)
class KeptTable:
    """A version's table, made by whoever needs it first while others wait.

    Attributes:
        key: hashes of the version's rows; others mean that they were replaced.
    """

    key: str
    loading: threading.Lock = field(default_factory=threading.Lock)
    table: VersionTable | None = None


class KeptTables:
    """The tables of versions in use; the ones used longest ago go first.

    Args:
        memory_mb: of all tables together. One that is alone larger is read in place.
        query_mb: what queries on one table may take beside it.
    """

    def __init__(self, timezone: str, *, memory_mb: int, query_mb: int) -> None:
        self._timezone = timezone
        self._memory_mb = memory_mb
        self._query_mb = query_mb
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], KeptTable] = OrderedDict()

    def table(self, version: QueriedVersion) -> VersionTable:
        """The table of a version, loaded now where it is not there.

        Raises:
            VersionChangedError: the files are not those of its manifest.
        """
        key = content_key(version)
        name = (version.dataset.id, version.number)
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or kept.key != key:
                kept = self._kept[name] = KeptTable(key)
            self._kept.move_to_end(name)
        with kept.loading:
            if kept.table is None:
                kept.table = VersionTable(
                    version,
                    timezone=self._timezone,
                    memory_mb=self._memory_mb,
                    query_mb=self._query_mb,
                )
                self._make_room()
            return kept.table

    def forget(self, table: VersionTable) -> None:
        """Load it anew the next time: its files are no longer those that were read."""
        with self._lock:
            for name in [name for name, kept in self._kept.items() if kept.table is table]:
                del self._kept[name]

    def _make_room(self) -> None:
        """Forget tables until the rest fits. Queries that run on one keep it until they end."""
        with self._lock:
            sizes = {
                name: kept.table.memory_bytes if kept.table else 0
                for name, kept in self._kept.items()
            }
            for name in list(self._kept)[:-1]:
                if sum(sizes.values()) <= self._memory_mb * MB and len(sizes) <= MOST_TABLES:
                    return
                del self._kept[name], sizes[name]
