"""Where a source may be fetched from: scheme, host and the address really connected to.

Checked on every hop, so that neither a redirect nor a name server can lead the pipeline into the
county's own network (server-side request forgery).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from urllib3.util import parse_url

from connectors.clock import civil_date
from schemas.connector_options import NetworkException, NetworkOptions
from schemas.message import FetchError, Message

_LOG = logging.getLogger(__name__)
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")


class RefusedDestinationError(FetchError):
    """The way leads where the source file does not say."""


@dataclass(frozen=True, slots=True)
class Target:
    """The checked parts of a URL."""

    scheme: str
    host: str


class DestinationPolicy:
    """What the source file allows, by the host of its URL, ``hosts`` and ``exceptions``."""

    def __init__(self, url: str, options: NetworkOptions, now: dt.datetime) -> None:
        self._exceptions = options.exceptions
        self._today = civil_date(now)
        self.declared_host = _parse(url).host
        self._hosts = {self.declared_host, *(host.lower().rstrip(".") for host in options.hosts)}

    def exception(self, kind: str, host: str = "") -> NetworkException | None:
        """The exception of this kind for this host that is in force today."""
        return next((item for item in self._of(kind, host) if self._today <= item.expires_on), None)

    def expired(self, kind: str, host: str = "") -> Message:
        """A sentence about the exception that has run out, or an empty one."""
        for item in self._of(kind, host):
            if self._today > item.expires_on:
                day = item.expires_on.isoformat()
                return Message(
                    f"声明的例外 {kind} 已于 {day} 到期。",
                    f"The declared exception {kind} expired on {day}.",
                )
        return Message("", "")

    def check_url(self, url: str) -> Target:
        """Refuse what is not declared, before anything is sent.

        Raises:
            RefusedDestinationError: other scheme or host, user information, strange characters.
        """
        target = _parse(url)
        if target.host not in self._hosts:
            raise _refused(
                f"地址指向未声明的主机 {target.host}",
                f"The address leads to the undeclared host {target.host}",
                target.host,
                Message(
                    "如属正常，请在来源文件的 hosts 中声明该主机。",
                    "If that is right, declare the host under hosts in the source file.",
                ),
            )
        if target.scheme == "http" and not is_loopback_name(target.host):
            self._require("plain_http", target.host)
        return target

    def check_address(self, host: str, address: str) -> None:
        """Refuse addresses inside our own networks unless the source declares that.

        ``address`` is the one that is about to be connected to, or is connected.
        """
        number = _unmapped(ipaddress.ip_address(address.partition("%")[0]))
        if number.is_global and not number.is_multicast:
            return
        if number.is_loopback and host == self.declared_host and is_loopback_name(host):
            return
        if self.exception("private_address", host) is not None:
            return
        _LOG.warning("refused %s: it leads to %s", host, address)
        expired = self.expired("private_address", host)
        raise _refused(
            f"主机 {host} 指向内部地址 {address}。{expired.zh}".rstrip("。"),
            f"The host {host} leads to the internal address {address}. {expired.en}".rstrip(". "),
            host,
            Message(
                "如确为本单位内网系统，请声明带理由和期限的例外 private_address。",
                "If it is a system of your own network, declare the exception private_address "
                "with its reason and end.",
            ),
        )

    def _of(self, kind: str, host: str) -> list[NetworkException]:
        return [
            item
            for item in self._exceptions
            if item.kind == kind and (kind == "user_agent" or item.value.lower() in ("", host))
        ]

    def _require(self, kind: str, host: str) -> None:
        if self.exception(kind, host) is not None:
            return
        expired = self.expired(kind, host)
        raise _refused(
            f"地址使用未加密的 http。{expired.zh}".rstrip("。"),
            f"The address uses unencrypted http. {expired.en}".rstrip(". "),
            host,
            Message(
                "请改用 https；部门确实没有时，声明带理由和期限的例外 plain_http。",
                "Use https; where the department has none, declare the exception plain_http with "
                "its reason and end.",
            ),
        )


def is_loopback_name(host: str) -> bool:
    """Whether a host, as written, can only be this machine: ``127.0.0.1``, ``::1``, ``localhost``.

    Numbers in disguise (``2130706433``, ``0x7f.1``) are not taken for addresses here.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse(url: str) -> Target:
    """Scheme and host as the HTTP library will see them.

    Two parsers must agree, so that no trick of writing shows one host to the check and another to
    the connection.
    """
    if _UNSAFE_IN_URL.search(url):
        raise _refused(
            "地址含有空格、反斜杠或控制字符",
            "The address holds blanks, backslashes or control characters",
            "",
            Message("请写出编码后的地址。", "Write the address percent-encoded."),
        )
    try:
        strict = urlsplit(url)
        connected = parse_url(url)
        host, port = (strict.hostname or "").lower().rstrip("."), strict.port
    except ValueError as error:  # LocationParseError is one
        raise _refused(
            "地址不是合法的 URL", "The address is no valid URL", "", Message("", "")
        ) from error
    if strict.scheme not in ("http", "https") or not host:
        raise _refused(
            f"地址的协议“{strict.scheme}”不允许",
            f"The scheme “{strict.scheme}” is not allowed",
            host,
            Message("只允许 https 和 http。", "Only https and http are allowed."),
        )
    if "@" in strict.netloc:
        raise _refused(
            "地址中含有用户名或密码",
            "The address holds a user name or password",
            host,
            Message(
                "请用 secrets 从环境变量给出认证信息。",
                "Give credentials by secrets, from environment variables.",
            ),
        )
    if (connected.host or "").lower().strip("[]").rstrip(".") != host or connected.port != port:
        raise _refused(
            "地址写法有歧义", "The address can be read in two ways", host, Message("", "")
        )
    return Target(strict.scheme, host)


def _unmapped(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _refused(zh: str, en: str, host: str, advice: Message) -> RefusedDestinationError:
    return RefusedDestinationError(
        Message(f"已拒绝：{zh}。", f"Refused: {en}."), where=host, advice=advice
    )
