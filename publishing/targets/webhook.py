"""Telling a webhook: one signed POST, to the address of the site file and to no other."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from urllib.parse import urlsplit

import httpx

from publishing.targets.contract import DeliveryError, Done, PublishedDataset
from publishing.targets.events import event_document
from publishing.targets.secret_values import SecretValues
from publishing.targets.signature import HEADER, signature
from schemas.message import Message
from schemas.targets import PlainHttp, WebhookTarget, is_this_machine
from warehouse.deliveries import Delivery

SUCCESS = range(200, 300)
REDIRECT = range(300, 400)
AGENT = "gongkai-webhook/1"
TRY_AGAIN = Message(
    "会自动重试；也可在对方恢复后运行 gongkai deliver --retry。",
    "It is tried again by itself; or run gongkai deliver --retry when the other side is up.",
)


def tell_webhook(
    target: WebhookTarget,
    published: PublishedDataset,
    delivery: Delivery,
    secrets: SecretValues,
    now: dt.datetime,
) -> Done:
    """POST one event. Returns its id, the status and the bytes sent.

    No redirect is followed: it could lead to another host, and the receiver is to be configured
    by its real address.

    Raises:
        DeliveryError: no answer in time, or one that is no success.
    """
    check_plain_http(target.url, target.plain_http, now)
    document = event_document(published, delivery)
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    keys = [secrets.get(reference) for reference in target.secrets]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": AGENT,
        "X-Gongkai-Event": str(document["event"]),
        "X-Gongkai-Delivery": str(document["id"]),
        HEADER: signature(keys, int(now.timestamp()), body),
    }
    host = urlsplit(target.url).hostname or ""
    try:
        with (
            httpx.Client(
                timeout=target.timeout_seconds,
                follow_redirects=False,
                trust_env=not is_this_machine(host),
            ) as client,
            client.stream("POST", target.url, content=body, headers=headers) as reply,
        ):
            status, asked = reply.status_code, reply.headers.get("Retry-After", "")
    except httpx.HTTPError as error:
        raise _unreachable(host, target.timeout_seconds, error) from error
    if status not in SUCCESS:
        raise _refused(host, status, retry_after(asked, now))
    return {"id": document["id"], "status": status, "bytes": len(body)}


def check_plain_http(url: str, exception: PlainHttp | None, now: dt.datetime) -> None:
    """Refuse an address without TLS whose exception has run out."""
    parts = urlsplit(url)
    if parts.scheme == "https" or is_this_machine(parts.hostname or ""):
        return
    if exception is None or now.date() > exception.expires_on:
        raise DeliveryError(
            Message(
                "目标地址使用未加密的 http，声明的例外已到期，没有发送。",
                "The address is unencrypted http and its exception has expired; nothing was sent.",
            ),
            where="gongkai.yml: targets.plain_http",
            advice=Message(
                "请改用 https，或重新核定后延长 expires_on。",
                "Use https, or extend expires_on after a new review.",
            ),
        )


def retry_after(value: str, now: dt.datetime) -> float | None:
    """Seconds of a ``Retry-After`` header (RFC 9110, 10.2.3), None where it says nothing."""
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max((moment - now).total_seconds(), 0.0)


def _unreachable(host: str, seconds: float, error: httpx.HTTPError) -> DeliveryError:
    if isinstance(error, httpx.TimeoutException):
        told = Message(
            f"{host} 在 {seconds:g} 秒内没有答复。", f"{host} did not answer within {seconds:g} s."
        )
    else:
        reason = str(error) or type(error).__name__
        told = Message(f"无法连接 {host}：{reason}。", f"{host} cannot be reached: {reason}.")
    return DeliveryError(told, where=host, advice=TRY_AGAIN)


def _refused(host: str, status: int, asked: float | None) -> DeliveryError:
    told = Message(
        f"{host} 没有接受，状态码 {status}。", f"{host} did not take it: status {status}."
    )
    advice = TRY_AGAIN
    if status in REDIRECT:
        advice = Message(
            "对方要求转到别处；通知只发往配置的地址。请向对方核实新地址，写进 gongkai.yml。",
            "It answers with a redirect; events go to the configured address only. Ask for the "
            "new address and write it in gongkai.yml.",
        )
    elif status in (401, 403):
        advice = Message(
            "请与对方核对签名密钥（secrets）和时钟，然后运行 gongkai deliver --retry。",
            "Check the signing secrets and the clock with the receiver, then run gongkai deliver "
            "--retry.",
        )
    elif status in (404, 410):
        advice = Message(
            "请核对 gongkai.yml 中的 url，然后运行 gongkai deliver --retry。",
            "Check url in gongkai.yml, then run gongkai deliver --retry.",
        )
    return DeliveryError(told, where=host, advice=advice, retry_after_seconds=asked)
