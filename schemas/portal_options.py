"""The ``portal`` section of the site file: what the public portal allows its readers."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.strict import StrictModel, refuse

LOOPBACK = ("127.0.0.1", "::1")


class PortalOptions(StrictModel):
    """Limits of the query API and of everything else that is rate-limited.

    Attributes:
        rate_limit_per_minute: requests of one client address, also how many it may make at once;
            none = no limit (where something before the portal limits).
        trusted_proxies: addresses or networks whose ``X-Forwarded-For`` is believed; that of
            everyone else is ignored.
        query_seconds: after which a query is stopped.
        query_memory_mb: for the versions kept ready in memory, all together (1 MB = 1 000 000
            bytes). A larger version is read from its files, more slowly.
    """

    rate_limit_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = 600
    trusted_proxies: tuple[str, ...] = LOOPBACK
    query_seconds: Annotated[int, Field(ge=1, le=600)] = 10
    query_memory_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 1_000

    @model_validator(mode="after")
    def _proxies_are_addresses(self) -> Self:
        for text in self.trusted_proxies:
            try:
                ipaddress.ip_network(text)
            except ValueError:
                refuse(
                    f"trusted_proxies 中的“{text}”不是 IP 地址或网段，例如 10.0.0.0/8",
                    f"'{text}' in trusted_proxies is no IP address or network such as 10.0.0.0/8",
                )
        return self
