"""Calling the actions of a CKAN, and its trouble as sentences."""

from __future__ import annotations

from typing import IO, Any
from urllib.parse import urlsplit

import requests
from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, NotAuthorized, NotFound, ServerIncompatibleError
from ckanapi.errors import ValidationError as RefusedValues

from publishing.targets.contract import DeliveryError
from publishing.targets.secret_values import SecretValues
from schemas.message import Message
from schemas.targets import CkanTarget, is_this_machine

AGENT = "gongkai-ckan/1"
WITHDRAWN = b"withdrawn\n"


class Ckan:
    """The actions of one CKAN, as the owner of a token."""

    def __init__(self, target: CkanTarget, secrets: SecretValues) -> None:
        self._where = f"{target.name}（{target.url}）"
        self._seconds = target.timeout_seconds
        session = requests.Session()
        session.trust_env = not is_this_machine(urlsplit(target.url).hostname or "")
        self._remote = RemoteCKAN(
            target.url, apikey=secrets.get(target.token), user_agent=AGENT, session=session
        )

    def close(self) -> None:
        """Give the connection back."""
        self._remote.close()

    def call(self, action: str, **values: Any) -> Any:
        """Call an action with JSON.

        Raises:
            DeliveryError: it cannot be reached, or refuses.
        """
        return self._call(action, values, None)

    def find(self, action: str, **values: Any) -> Any:
        """As :meth:`call`; None where what is asked for is not there."""
        try:
            return self._remote.call_action(action, values, requests_kwargs=self._limits())
        except NotFound:
            return None
        except Exception as error:
            raise self._told(action, error) from error

    def upload(self, action: str, file: tuple[str, IO[bytes]], **values: str) -> Any:
        """Call an action with a file."""
        return self._call(action, values, {"upload": file})

    def _limits(self) -> dict[str, Any]:
        return {"timeout": self._seconds}

    def _call(self, action: str, values: dict[str, Any], files: dict[str, Any] | None) -> Any:
        try:
            return self._remote.call_action(
                action, values, files=files, requests_kwargs=self._limits()
            )
        except Exception as error:
            raise self._told(action, error) from error

    def _told(self, action: str, error: Exception) -> DeliveryError:
        """The client library raises what it likes; each becomes a sentence."""
        again = Message(
            "会自动重试，也可运行 gongkai deliver --retry。",
            "It is tried again by itself, or run gongkai deliver --retry.",
        )
        if isinstance(error, NotAuthorized):
            what = Message(
                f"CKAN 拒绝了 {action}：令牌无效或没有权限。",
                f"CKAN refuses {action}: the token is not valid or not allowed to.",
            )
            advice = Message(
                "请核对 token，并确认该用户是 organization 的编辑者，"
                "然后运行 gongkai deliver --retry。",
                "Check token, and that its user is an editor of the organization, then run gongkai "
                "deliver --retry.",
            )
        elif isinstance(error, RefusedValues):
            told = {key: value for key, value in error.error_dict.items() if key != "__type"}
            what = Message(
                f"CKAN 不接受 {action} 的内容：{told}。", f"CKAN does not take {action}: {told}."
            )
            advice = Message(
                "请核对 organization 是否存在、该 CKAN 是否要求其他字段。",
                "Check that the organization exists and whether this CKAN demands other fields.",
            )
        elif isinstance(error, requests.Timeout):
            what = Message(
                f"CKAN 在 {self._seconds:g} 秒内没有答复（{action}）。",
                f"CKAN did not answer {action} within {self._seconds:g} s.",
            )
            advice = again
        elif isinstance(error, CKANAPIError | ServerIncompatibleError | requests.RequestException):
            reason = _short(error)
            what = Message(
                f"CKAN 的 {action} 失败：{reason}。", f"CKAN's {action} failed: {reason}."
            )
            advice = again
        else:
            raise error
        return DeliveryError(what, where=self._where, advice=advice)


def _short(error: Exception) -> str:
    """The library tells address, status and the whole page; the status is enough."""
    text = str(error)
    if isinstance(error, requests.RequestException):
        return type(error).__name__
    parts = text.split(", ")
    return f"HTTP {parts[1]}" if len(parts) > 2 and parts[1].isdecimal() else text[:200]
