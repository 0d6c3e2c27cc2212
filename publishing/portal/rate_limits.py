"""Rate limits per client address: a token bucket for each, told in headers."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.portal_options import PortalOptions

MOST_CLIENTS = 100_000
IPV6_SUBSCRIBER_BITS = 64  # one subscriber has at least that network to himself
WITHOUT_ADDRESS = "local"  # over a Unix socket
Refuse = Callable[[Scope, Receive, Send, "Allowance"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client may still do.

    Attributes:
        granted: whether this request may be answered.
        limit: requests per minute, and at once.
        remaining: requests that may follow at once.
        reset_s: seconds until all of ``limit`` may be made again.
        retry_after_s: seconds until the next request is granted; 0 where it is now.
    """

    granted: bool
    limit: int
    remaining: int
    reset_s: int
    retry_after_s: int

    def headers(self) -> dict[str, str]:
        """The headers that tell it."""
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_s),
        }
        if not self.granted:
            told["Retry-After"] = str(self.retry_after_s)
        return told


class TokenBuckets:
    """A bucket of ``per_minute`` tokens per client, refilled evenly over a minute.

    Used from one event loop. Full buckets are forgotten first: the client used longest ago.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> Allowance:
        """Take a token of the client, where there is one."""
        now = self._clock()
        tokens, since = self._buckets.get(client, (float(self._limit), now))
        tokens = min(float(self._limit), tokens + (now - since) * self._per_second)
        granted = tokens >= 1
        if granted:
            tokens -= 1
        self._buckets[client] = (tokens, now)
        self._buckets.move_to_end(client)
        while len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return Allowance(
            granted,
            self._limit,
            math.floor(tokens),
            math.ceil((self._limit - tokens) / self._per_second),
            0 if tokens >= 1 else math.ceil((1 - tokens) / self._per_second),
        )


Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(texts: Sequence[str]) -> list[Network]:
    """The networks of the site file's ``trusted_proxies``."""
    return [ipaddress.ip_network(text) for text in texts]


def client_address(scope: Scope, trusted_proxies: Sequence[Network]) -> str:
    """The address that a request comes from, as a key of rate limits.

    Behind trusted proxies it is the last address of ``X-Forwarded-For`` that is not one of them:
    what stands before it was written by the client itself and may be anything. IPv6 addresses
    count by their /64 network.
    """
    chain = [part.strip() for part in _forwarded_for(scope).split(",")] if trusted_proxies else []
    client = scope.get("client")
    address = _parsed(client[0] if client else "")
    while address is not None and chain and any(_is_in(address, one) for one in trusted_proxies):
        before = _parsed(chain.pop())
        if before is None:
            break
        address = before
    if address is None:
        return WITHOUT_ADDRESS
    if address.version == 6:
        return str(ipaddress.ip_network((address, IPV6_SUBSCRIBER_BITS), strict=False))
    return str(address)


def _forwarded_for(scope: Scope) -> str:
    return ",".join(Headers(scope=scope).getlist("x-forwarded-for"))


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


class RateLimits:
    """Limits the requests of each client to what lies behind it.

    ``refuse`` answers in the place of the application where a client has made too many; the
    headers, ``Retry-After`` too, are added to whatever it sends. Preflights are not counted.
    Applications that are given the same ``buckets`` share one allowance.
    """

    def __init__(
        self,
        application: ASGIApp,
        *,
        options: PortalOptions,
        refuse: Refuse,
        buckets: TokenBuckets | None = None,
    ) -> None:
        self._application = application
        self._proxies = networks(options.trusted_proxies)
        self._refuse = refuse
        limit = options.rate_limit_per_minute
        self._buckets = None if limit is None else buckets or TokenBuckets(limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http" or self._buckets is None or scope["method"] == "OPTIONS":
            await self._application(scope, receive, send)
            return
        allowance = self._buckets.take(client_address(scope, self._proxies))

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowance.headers())
            await send(message)

        if allowance.granted:
            await self._application(scope, receive, send_told)
        else:
            await self._refuse(scope, receive, send_told, allowance)
