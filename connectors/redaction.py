"""Secrets: taken from the environment, and kept out of everything people and logs see."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from schemas.message import FetchError, Message

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SENSITIVE_PARAMETER = re.compile(
    r"(?i)([?&;](?:access_?token|token|api_?key|app_?key|secret|app_?secret|password|passwd|pwd|"
    r"signature|sign|sig|x-amz-[a-z-]+|ak|sk)=)[^&#;\s]*"
)
HIDDEN = "***"


class Redactor:
    """Expands ``${VARIABLE}`` and hides the values wherever they would show."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._hidden: set[str] = set()

    def secret(self, variable: str) -> str:
        """The value of an environment variable, from now on hidden.

        Raises:
            FetchError: the variable is not set.
        """
        value = self._environment.get(variable, "")
        if not value:
            raise FetchError(
                Message(f"环境变量 {variable} 没有设置。", f"The variable {variable} is not set."),
                where=variable,
                advice=Message(
                    "请在运行 gongkai 的环境中设置它（密码、令牌不写进来源文件）。",
                    "Set it where gongkai runs; passwords and tokens do not belong in files.",
                ),
            )
        self.hide(value)
        return value

    def hide(self, value: str) -> None:
        """Hide this text, and its percent-encoded forms, from now on."""
        if value:
            self._hidden |= {value, quote(value, safe=""), quote(value), quote_plus(value)}

    def expand(self, template: str) -> str:
        """Replace every ``${VARIABLE}`` by its value."""
        return _VARIABLE.sub(lambda match: self.secret(match.group(1)), template)

    def redact(self, text: str) -> str:
        """The text without any secret."""
        for value in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    def public_url(self, url: str) -> str:
        """A URL fit to be stored and shown: no user and password, no secret, no token."""
        parts = urlsplit(url)
        netloc = parts.netloc.rpartition("@")[2]
        clean = urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
        return _SENSITIVE_PARAMETER.sub(rf"\g<1>{HIDDEN}", self.redact(clean))

    @contextmanager
    def quiet_logs(self, *names: str) -> Iterator[None]:
        """Redact what these loggers say meanwhile; HTTP libraries log whole URLs."""
        keeper = _RedactingFilter(self)
        loggers = [logging.getLogger(name) for name in names]
        for logger in loggers:
            logger.addFilter(keeper)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeFilter(keeper)


class _RedactingFilter(logging.Filter):
    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        text = self._redactor.redact(record.getMessage())
        record.msg, record.args = _SENSITIVE_PARAMETER.sub(rf"\g<1>{HIDDEN}", text), ()
        return True
