"""Targets: places outside that a site keeps up to date with what it publishes.

They stand under ``targets:`` of the site file. A secret is never written there: a reference says
in which environment variable or file it is.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, model_validator

from schemas.dataset import Identifier, IsoDate
from schemas.strict import StrictModel, Text, refuse

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
EventKind = Literal["release", "rollback", "withdrawal"]
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_IN_DATABASE = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"


class SecretReference(StrictModel):
    """Where a secret is: an environment variable, or a file (relative to the site; its last line
    break does not count)."""

    variable: VariableName | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.variable is None) == (self.file is None):
            refuse(
                "variable（环境变量名）与 file（文件路径）须二选一；密钥本身不能写在这里",
                "give either variable or file; the secret itself must not stand here",
            )
        return self


class PlainHttp(StrictModel):
    """The exception for an address without TLS. It holds up to and including ``expires_on``."""

    reason: Text
    expires_on: IsoDate


class TargetBase(StrictModel):
    """What all targets share. Without ``datasets`` and ``themes`` a target takes every dataset;
    with them those that are named or are of a named theme."""

    name: Identifier
    datasets: tuple[Identifier, ...] = ()
    themes: tuple[Identifier, ...] = ()

    def takes(self, dataset_id: str, theme: str) -> bool:
        """Whether the target is meant to have this dataset."""
        everything = not self.datasets and not self.themes
        return everything or dataset_id in self.datasets or theme in self.themes


class CkanTarget(TargetBase):
    """A CKAN instance. ``resources: link`` gives addresses of this site, ``upload`` sends the
    files themselves."""

    kind: Literal["ckan"]
    url: str
    token: SecretReference
    organization: str
    resources: Literal["link", "upload"] = "link"
    formats: tuple[str, ...] = ()  # without: all that are published
    private: bool = False
    timeout_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    plain_http: PlainHttp | None = None

    @model_validator(mode="after")
    def _address(self) -> Self:
        check_address(self.url, self.plain_http)
        return self


class ObjectStorageTarget(TargetBase):
    """A folder of files behind an fsspec URL (``s3://``, ``oss://``, ``sftp://``, ``file://`` …).

    ``options`` and ``secrets`` are handed to the driver. ``verify: content`` reads every sent
    object back.
    """

    kind: Literal["object_storage"]
    url: str
    options: dict[str, str | int | bool] = Field(default_factory=dict)
    secrets: dict[str, SecretReference] = Field(default_factory=dict)
    verify: Literal["size", "content"] = "size"

    @model_validator(mode="after")
    def _has_scheme(self) -> Self:
        parts = _split(self.url)
        if not parts.scheme:
            refuse(
                "url 须写明协议，例如 s3://桶/目录 或 file:///srv/mirror",
                "url needs a scheme, such as s3://bucket/folder or file:///srv/mirror",
            )
        if parts.scheme in ("file", "local") and (parts.netloc or not parts.path.startswith("/")):
            refuse(
                "url 须写完整路径，例如 file:///srv/mirror（三条斜线）",
                "url needs a whole path, such as file:///srv/mirror (three slashes)",
            )
        _refuse_credentials(parts)
        return self


class SqlTarget(TargetBase):
    """A database: PostgreSQL or an SQLite file. A table per dataset.

    ``readers`` are roles that may read new tables (PostgreSQL). ``verify: content`` reads the
    table back before the load is committed, ``count`` counts its rows.
    """

    kind: Literal["sql"]
    url: str
    password: SecretReference | None = None
    db_schema: Annotated[str, Field(pattern=_IN_DATABASE)] | None = Field(
        default=None, alias="schema"
    )
    table_prefix: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,30}$")] = ""
    readers: tuple[Annotated[str, Field(pattern=_IN_DATABASE)], ...] = ()
    verify: Literal["count", "content"] = "content"

    @model_validator(mode="after")
    def _known_database(self) -> Self:
        parts = _split(self.url)
        backend = parts.scheme.partition("+")[0]
        if backend not in ("postgresql", "sqlite"):
            refuse(
                "url 须以 postgresql:// 或 sqlite:/// 开头",
                "url must begin with postgresql:// or sqlite:///",
            )
        if ":" in parts.netloc.rpartition("@")[0] or "password=" in parts.query.lower():
            refuse(
                "url 中不能写密码，请用 password 指明环境变量或文件",
                "url must not hold a password: say by password where it is",
            )
        if backend == "sqlite" and (self.db_schema or self.readers or self.password):
            refuse(
                "SQLite 没有 schema、readers 和 password",
                "SQLite has no schema, readers and password",
            )
        return self


class WebhookTarget(TargetBase):
    """An address that is told of releases, rollbacks and withdrawals by signed POST requests.

    Two secrets sign each request twice, so that the receiver can change from one to the other.
    """

    kind: Literal["webhook"]
    url: str
    secrets: Annotated[tuple[SecretReference, ...], Field(min_length=1, max_length=2)]
    events: Annotated[tuple[EventKind, ...], Field(min_length=1)] = (
        "release",
        "rollback",
        "withdrawal",
    )
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10.0
    plain_http: PlainHttp | None = None

    @model_validator(mode="after")
    def _address(self) -> Self:
        check_address(self.url, self.plain_http)
        return self


Target = Annotated[
    CkanTarget | ObjectStorageTarget | SqlTarget | WebhookTarget, Field(discriminator="kind")
]


def check_address(url: str, plain_http: PlainHttp | None) -> None:
    """Refuse what is no plain https address: http only on this machine or by declared exception,
    no user and password, no characters that two programs could read differently."""
    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        refuse("url 须是 https 地址", "url must be an https address")
    _refuse_credentials(parts)
    if parts.fragment:
        refuse("url 不能含 #", "url must not hold a fragment (#)")
    if parts.scheme == "http" and not is_this_machine(parts.hostname) and plain_http is None:
        refuse(
            "http 未加密：请改用 https，确实没有时写 plain_http（理由 reason 和期限 expires_on）",
            "http is not encrypted: use https, or declare plain_http with reason and expires_on",
        )


def is_this_machine(host: str) -> bool:
    """Whether a host, as written, can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    if _UNSAFE_IN_URL.search(url):
        refuse(
            "url 含有空格、反斜杠或控制字符",
            "url holds blanks, backslashes or control characters",
        )
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        refuse("url 不是合法的地址", "url is no valid address")
    return parts


def _refuse_credentials(parts: SplitResult) -> None:
    if "@" in parts.netloc:
        refuse(
            "url 中不能写用户名或密码，请用密钥引用（variable 或 file）",
            "url must not hold user or password: refer to them by variable or file",
        )
