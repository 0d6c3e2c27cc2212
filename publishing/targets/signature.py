"""Signing what is sent to a webhook: HMAC-SHA-256 over the moment and the body.

Header: ``X-Gongkai-Signature: t=<unix seconds>,v1=<hex>[,v1=<hex>]``; each ``v1`` is the HMAC of
``<t>.<body>`` with one secret. The moment is signed too, so that an old request cannot be played
again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

HEADER = "X-Gongkai-Signature"


def signature(secrets: Sequence[str], moment: int, body: bytes) -> str:
    """The value of the header. ``moment``: seconds since 1970 in UTC."""
    signed = f"{moment}.".encode() + body
    made = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={one}" for one in made)])
