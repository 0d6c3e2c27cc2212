"""Rate limits: the bucket, and whose address counts."""

from __future__ import annotations

import ipaddress

import pytest

from publishing.portal import rate_limits
from publishing.portal.rate_limits import TokenBuckets, client_address
from schemas.message import DefinitionError
from schemas.portal_options import PortalOptions


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_refills_evenly() -> None:
    clock = Clock()
    buckets = TokenBuckets(6, clock)
    assert [buckets.take("a").granted for _ in range(7)] == [True] * 6 + [False]
    refused = buckets.take("a")
    assert (refused.remaining, refused.retry_after_s, refused.reset_s) == (0, 10, 60)
    assert refused.headers()["Retry-After"] == "10"
    assert buckets.take("b").granted
    clock.now += 9.9
    assert not buckets.take("a").granted
    clock.now += 0.2
    assert buckets.take("a").granted
    clock.now += 3600
    full = buckets.take("a")
    assert (full.remaining, full.reset_s) == (5, 10)
    assert "Retry-After" not in full.headers()


def test_the_number_of_clients_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MOST_CLIENTS", 10)
    buckets = TokenBuckets(1, Clock())
    for number in range(100):
        assert buckets.take(str(number)).granted
    assert len(buckets._buckets) == 10
    assert not buckets.take("99").granted


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        ("203.0.113.5", None, "203.0.113.5"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),  # not from a trusted proxy
        ("10.0.0.2", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.7, 10.0.0.3", "198.51.100.7"),  # 1.2.3.4 is a claim
        ("10.0.0.2", "198.51.100.7, nonsense", "10.0.0.2"),
        ("10.0.0.2", "10.0.0.9", "10.0.0.9"),
        ("10.0.0.2", None, "10.0.0.2"),
        ("::ffff:203.0.113.5", None, "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (None, None, "local"),
    ],
)
def test_the_address_that_counts(client: str | None, forwarded: str | None, expected: str) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"type": "http", "client": (client, 1) if client else None, "headers": headers}
    assert client_address(scope, [ipaddress.ip_network("10.0.0.0/8")]) == expected


def test_a_wrong_proxy_is_refused_in_the_site_file() -> None:
    with pytest.raises((ValueError, DefinitionError)):
        PortalOptions(trusted_proxies=("proxy.example",))
