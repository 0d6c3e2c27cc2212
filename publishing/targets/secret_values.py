"""The secrets that targets refer to: read when they are needed, kept out of every message."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from publishing.targets.contract import DeliveryError
from schemas.message import Message
from schemas.targets import SecretReference

HIDDEN = "***"


class SecretValues:
    """Reads secrets, and takes what it has read out of texts.

    Args:
        folder: that of the site; files are relative to it.
        environment: that of the process.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._hidden: set[str] = set()

    def get(self, reference: SecretReference) -> str:
        """The secret.

        Raises:
            DeliveryError: the variable is not set, or the file is not there, unreadable or empty.
        """
        if reference.variable is not None:
            value = self._environment.get(reference.variable, "")
            if not value:
                raise DeliveryError(
                    Message(
                        f"环境变量 {reference.variable} 没有设置。",
                        f"The environment variable {reference.variable} is not set.",
                    ),
                    advice=Message(
                        "请在运行 gongkai 的环境中设置它，然后运行 gongkai deliver --retry。",
                        "Set it where gongkai runs, then run gongkai deliver --retry.",
                    ),
                )
        else:
            value = self._of_file(reference.file or "")
        self._hidden |= {value, quote(value, safe=""), quote(value), quote_plus(value)}
        return value

    def _of_file(self, name: str) -> str:
        path = self._folder / name
        try:
            value = path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(path) from error
        if not value:
            raise _unreadable(path)
        return value

    def redact(self, message: Message) -> Message:
        """The message without any secret that was read."""
        zh, en = message.zh, message.en
        for value in sorted(self._hidden, key=len, reverse=True):
            zh, en = zh.replace(value, HIDDEN), en.replace(value, HIDDEN)
        return Message(zh, en)


def _unreadable(path: Path) -> DeliveryError:
    return DeliveryError(
        Message(
            "密钥文件不存在、无法读取或为空。", "The file of a secret is gone, unreadable or empty."
        ),
        where=str(path),
        advice=Message(
            "请检查路径和权限（运行 gongkai 的用户须能读取），然后运行 gongkai deliver --retry。",
            "Check path and permissions (the user that runs gongkai must read it), then run "
            "gongkai deliver --retry.",
        ),
    )
