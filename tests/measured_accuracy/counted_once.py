"""Each count made once a process: the page and the tests on single files look at the same runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from made_booklets.model import MadeBooklet

from measured_accuracy.booklets import BookletCount, count_booklet
from measured_accuracy.made import MadeCount, count_made
from measured_accuracy.made_notices import WordingCount, count_made_notices
from measured_accuracy.notices import NoticeCount, count_notices


@cache
def booklet_count(real_data: Path, booklet: str) -> BookletCount:
    """A real booklet through both readers."""
    with tempfile.TemporaryDirectory() as folder:
        return count_booklet(real_data, booklet, Path(folder))


@cache
def made_booklet_count(make: Callable[[], MadeBooklet]) -> MadeCount:
    """A made booklet through both readers."""
    with tempfile.TemporaryDirectory() as folder:
        return count_made(make, Path(folder))


@cache
def notice_count(real_data: Path, wanted: str) -> NoticeCount:
    """The real notices that announce an award or a contract."""
    with tempfile.TemporaryDirectory() as folder:
        return count_notices(real_data, Path(folder), wanted)


@cache
def made_notice_counts() -> tuple[WordingCount, ...]:
    """Made notices of all wordings."""
    with tempfile.TemporaryDirectory() as folder:
        return tuple(count_made_notices(Path(folder)))
