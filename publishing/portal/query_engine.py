"""The query engine of a portal: one, whichever of its parts ask."""

from __future__ import annotations

import functools
import os
import sys

import anyio

from publishing.portal.published import Published
from publishing.portal.rate_limits import TokenBuckets
from publishing.queries.engine import QueryEngine

FEWEST_AT_ONCE = 2
PORTALS_KEPT = 4


@functools.lru_cache(maxsize=PORTALS_KEPT)
def query_engine(published: Published) -> QueryEngine:
    """The engine over what is published, with the limits of the site file."""
    options = published.site.portal
    return QueryEngine(
        published.site.timezone,
        memory_mb=options.query_memory_mb,
        seconds=options.query_seconds,
    )


@functools.lru_cache(maxsize=PORTALS_KEPT)
def query_threads(published: Published) -> anyio.CapacityLimiter:
    """How many queries of a portal run at once. Give it to ``anyio.to_thread.run_sync``: a query
    blocks, and the event loop must not. One per core: more only wait for the same cores, and for
    each other."""
    return anyio.CapacityLimiter(max(FEWEST_AT_ONCE, cores()))


def cores() -> int:
    """How many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.lru_cache(maxsize=PORTALS_KEPT)
def query_buckets(published: Published) -> TokenBuckets | None:
    """What each client may still ask of a portal, by whichever of its interfaces; None where the
    site sets no limit."""
    limit = published.site.portal.rate_limit_per_minute
    return None if limit is None else TokenBuckets(limit)
