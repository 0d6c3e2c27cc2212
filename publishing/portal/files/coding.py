"""The gzip content coding of published files (RFC 9110 section 8.4)."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict

from isal import isal_zlib

from publishing.hashed_file import GZIP_LEVEL, GZIP_WINDOW_BITS

LEAST_BYTES = 1024
MOST_BYTES = 8 << 20
"""Larger files without a compressed twin in the release are sent as they are."""
_KEPT_BYTES = 32 << 20
_ACCEPTED = re.compile(r"\s*(?P<coding>[^\s;,]+)\s*(?:;\s*q\s*=\s*(?P<weight>[\d.]+)\s*)?$")


def accepts_gzip(header: str | None) -> bool:
    """Whether ``Accept-Encoding`` allows the gzip coding."""
    weights: dict[str, float] = {}
    for part in (header or "").split(","):
        match = _ACCEPTED.match(part)
        if match is None:
            continue
        try:
            weight = float(match["weight"] or 1)
        except ValueError:
            continue
        weights[match["coding"].lower()] = weight
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


class Compressed:
    """Small files compressed while they are asked for, kept by their hash. Thread-safe."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def gzip(self, sha256: str, content: bytes) -> bytes:
        """The gzip form of the content that has this hash."""
        with self._lock:
            found = self._known.get(sha256)
            if found is not None:
                self._known.move_to_end(sha256)
                return found
        made = isal_zlib.compress(content, GZIP_LEVEL, wbits=GZIP_WINDOW_BITS)
        with self._lock:
            if sha256 not in self._known:
                self._known[sha256] = made
                self._bytes += len(made)
            while self._bytes > _KEPT_BYTES:
                _sha256, oldest = self._known.popitem(last=False)
                self._bytes -= len(oldest)
        return made
