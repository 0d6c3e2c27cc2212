"""Answers kept by their ETag: within a version an answer never changes."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 64_000_000
LARGEST = 4_000_000
ETAG_DIGITS = 32
BESIDE_BODY = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: body and headers."""

    body: bytes
    headers: dict[str, str]


def etag_of(*facts: Any) -> str:
    """A strong ETag of everything that an answer is made of."""
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:ETAG_DIGITS]}"'


def is_known_to_client(etag: str, if_none_match: str | None) -> bool:
    """Whether ``If-None-Match`` names the answer (RFC 9110 13.1.2: compared weakly)."""
    if if_none_match is None:
        return False
    named = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return etag in named or named == ["*"]


def _weight(answer: Answer) -> int:
    """Bytes in memory: an answer without rows may have no body, but it is not for nothing."""
    headers = sum(len(name) + len(value) for name, value in answer.headers.items())
    return len(answer.body) + headers + BESIDE_BODY


class KeptAnswers:
    """The answers given last, within a bound of bytes. Safe to share between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._bytes = 0
        self._kept: OrderedDict[str, Answer] = OrderedDict()

    def get(self, etag: str) -> Answer | None:
        """The answer with that ETag, if it is still kept."""
        with self._lock:
            found = self._kept.get(etag)
            if found is not None:
                self._kept.move_to_end(etag)
            return found

    def keep(self, etag: str, answer: Answer) -> None:
        """Keep an answer, and forget those used longest ago."""
        if len(answer.body) > LARGEST:
            return
        with self._lock:
            replaced = self._kept.pop(etag, None)
            self._bytes += _weight(answer) - (_weight(replaced) if replaced else 0)
            self._kept[etag] = answer
            while self._bytes > self._most:
                self._bytes -= _weight(self._kept.popitem(last=False)[1])
