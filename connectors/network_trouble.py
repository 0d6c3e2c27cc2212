"""Plain sentences for what goes wrong on the network."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

import requests
from urllib3.exceptions import MaxRetryError, NameResolutionError

from connectors.retrying import retry_after_seconds
from connectors.transfer import TransientError
from schemas.connector_options import NetworkLimits
from schemas.message import FetchError, IncompleteFetchError, Message

_AGAIN = Message(
    "已保留上一次的数据；请稍后重新运行，或联系来源部门。",
    "The last data are kept; run again later, or ask the department.",
)
_STATUS_TEXTS = {
    401: Message("需要登录（401）", "A login is required (401)"),
    403: Message("服务器拒绝访问（403）", "The server forbids access (403)"),
    404: Message("地址不存在（404）", "There is nothing at this address (404)"),
    410: Message("内容已被撤下（410）", "The content has been removed (410)"),
    429: Message("请求过于频繁（429）", "Too many requests (429)"),
}


class StatusError(FetchError):
    """The server answered with a status other than 200."""

    def __init__(self, what: Message, *, where: str, status: int) -> None:
        super().__init__(what, where=where, advice=_AGAIN)
        self.status = status


def bad_status(status: int, where: str) -> StatusError:
    """The error for an HTTP status that brings no content."""
    text = _STATUS_TEXTS.get(status)
    if text is None:
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "?"
        text = Message(
            f"服务器返回状态 {status}（{phrase}）", f"The server answered {status} ({phrase})"
        )
    return StatusError(Message(f"{text.zh}。", f"{text.en}."), where=where, status=status)


def check_status(response: requests.Response, now: dt.datetime, where: str) -> None:
    """Pass 200 and 203; 429 and 5xx may pass by waiting; the rest is final.

    Raises:
        TransientError: asking again may help.
        StatusError: it will not.
    """
    status = response.status_code
    if status in (200, 203):
        return
    error = bad_status(status, where)
    if status == 429 or status >= 500:
        raise TransientError(error, retry_after_seconds(response.headers.get("Retry-After"), now))
    raise error


def unreachable(
    error: requests.exceptions.RequestException, limits: NetworkLimits, where: str
) -> TransientError:
    """Name not found, refused, timed out, reset."""
    cause = error.args[0] if error.args else error
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(reason, NameResolutionError):
        text = Message("找不到主机名（DNS）", "The host name cannot be found (DNS)")
    elif isinstance(error, requests.exceptions.ConnectTimeout):
        seconds = limits.connect_seconds
        text = Message(f"{seconds:g} 秒内连接不上", f"No connection within {seconds:g} s")
    elif isinstance(error, requests.exceptions.ReadTimeout):
        seconds = limits.read_seconds
        text = Message(
            f"服务器 {seconds:g} 秒没有回答", f"The server said nothing for {seconds:g} s"
        )
    elif isinstance(error, requests.exceptions.ConnectionError):
        text = Message("连接被拒绝或中断", "The connection was refused or broken")
    else:
        kind = type(error).__name__
        text = Message(f"服务器的回答不合规范（{kind}）", f"The reply breaks the protocol ({kind})")
    return TransientError(
        FetchError(Message(f"{text.zh}。", f"{text.en}."), where=where, advice=_AGAIN)
    )


def tls(reason: str, expired: Message, where: str) -> FetchError:
    """The certificate or the protocol version is not good enough; never retried, never lowered."""
    if "UNSAFE_LEGACY_RENEGOTIATION" in reason:
        what = Message(
            "服务器只支持旧式 TLS 重新协商。", "The server knows only legacy TLS renegotiation."
        )
        advice = Message(
            "可声明带理由和期限的例外 legacy_tls（证书仍会校验）。",
            "Declare the exception legacy_tls with its reason and end; certificates stay verified.",
        )
    elif "CERTIFICATE_VERIFY_FAILED" in reason or "doesn't match" in reason:
        fault = _after(reason, "CERTIFICATE_VERIFY_FAILED]")
        what = Message(
            f"服务器证书无效：{fault}。", f"The server's certificate is not valid: {fault}."
        )
        advice = Message(
            "请部门更换证书；单位自建 CA 可用环境变量 REQUESTS_CA_BUNDLE 给出。",
            "Ask the department for a valid certificate; a CA of your own can be given by the "
            "variable REQUESTS_CA_BUNDLE.",
        )
    else:
        what = Message("无法建立安全连接（TLS）。", "No secure connection can be made (TLS).")
        advice = Message(
            "服务器的 TLS 版本可能过旧，请联系来源部门。",
            "The server's TLS may be too old; ask the department.",
        )
    return FetchError(
        Message(f"{what.zh}{expired.zh}", f"{what.en} {expired.en}".rstrip()),
        where=where,
        advice=advice,
    )


def _after(text: str, mark: str) -> str:
    """The human part of OpenSSL's sentence, without file and line of its source."""
    return text.rpartition(mark)[2].partition("(_ssl.c")[0].strip(" :.()'\"") or text


def too_slow(seconds: float, where: str) -> FetchError:
    """The total budget is spent."""
    return FetchError(
        Message(
            f"整个传输超过了 {seconds:g} 秒的总时限。",
            f"The whole transfer took longer than its {seconds:g} s.",
        ),
        where=where,
        advice=Message(
            "如文件确实很大，请提高 limits.total_seconds。",
            "If the file is really large, raise limits.total_seconds.",
        ),
    )


def too_many_redirects(most: int, where: str) -> FetchError:
    """Round and round."""
    return FetchError(
        Message(f"重定向超过 {most} 次。", f"More than {most} redirects."),
        where=where,
        advice=Message("请写出最终地址。", "Give the final address."),
    )


def unproven(where: str) -> IncompleteFetchError:
    """A body that ends with the connection may have been cut anywhere."""
    return IncompleteFetchError(
        Message(
            "服务器没有给出长度（无 Content-Length，也不是分块传输），无法证明内容完整。",
            "The server gave no length (no Content-Length, not chunked): nothing shows that the "
            "content is whole.",
        ),
        where=where,
        advice=Message(
            "请在来源文件 completeness 中声明 end_marker、serial_column、minimum_rows 或 "
            "well_formed。",
            "Declare end_marker, serial_column, minimum_rows or well_formed under completeness.",
        ),
    )
