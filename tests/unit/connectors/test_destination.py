"""Where a source may lead: schemes, hosts, addresses, redirects, certificates."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from loopback import START, FakeClock, Reply, Request, department, make_context, reply

from connectors import http
from connectors.destination import DestinationPolicy, RefusedDestinationError, is_loopback_name
from connectors.redaction import Redactor
from connectors.session import Ask, PoliteSession
from schemas.connector_options import HttpConnector, NetworkOptions
from schemas.message import FetchError

DAY = "2026-03-09"
REASON = {"zh": "部门没有 https", "en": "no https there"}


def exception(kind: str, value: str = "", until: str = DAY) -> dict[str, Any]:
    return {"kind": kind, "value": value, "reason": REASON, "expires_on": until}


def options(url: str, **more: Any) -> HttpConnector:
    limits = {"seconds_between_requests": 0.0, "attempts": 1, **more.pop("limits", {})}
    return HttpConnector.model_validate(
        {"type": "http", "url": url, "limits": limits, **more}, strict=False
    )


def policy(url: str = "https://data.example.gov.cn/a", **more: Any) -> DestinationPolicy:
    return DestinationPolicy(url, NetworkOptions.model_validate(more, strict=False), START)


# --- the policy by itself -------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:0a00:0001::1", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_of_inner_networks_are_refused(address: str) -> None:
    with pytest.raises(RefusedDestinationError, match="internal address"):
        policy().check_address("data.example.gov.cn", address)
    allowed = policy(exceptions=[exception("private_address")])
    allowed.check_address("data.example.gov.cn", address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_not(address: str) -> None:
    policy().check_address("data.example.gov.cn", address)


@given(st.ip_addresses(v=4))
def test_an_address_in_ipv6_clothes_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    def refuses(text: str) -> bool:
        try:
            policy().check_address("data.example.gov.cn", text)
        except RefusedDestinationError:
            return True
        return False

    assert refuses(str(address)) == refuses(f"::ffff:{address}")


@pytest.mark.parametrize(
    ("value", "until", "passes"),
    [
        ("", DAY, True),
        ("data.example.gov.cn", DAY, True),
        ("other.example.gov.cn", DAY, False),
        ("", "2026-03-08", False),
    ],
)
def test_an_exception_holds_for_its_host_until_its_day(
    value: str, until: str, passes: bool
) -> None:
    checked = policy(exceptions=[exception("private_address", value, until)])
    if passes:
        checked.check_address("data.example.gov.cn", "10.0.0.1")
        return
    with pytest.raises(RefusedDestinationError) as caught:
        checked.check_address("data.example.gov.cn", "10.0.0.1")
    assert ("expired on 2026-03-08" in str(caught.value)) is (until != DAY)


def test_the_day_of_expiry_is_a_day_in_china() -> None:
    declared = NetworkOptions.model_validate(
        {"exceptions": [exception("plain_http")]}, strict=False
    )
    last_minute = dt.datetime(2026, 3, 9, 15, 59, tzinfo=dt.UTC)
    url = "http://data.example.gov.cn/a"
    DestinationPolicy(url, declared, last_minute).check_url(url)
    with pytest.raises(RefusedDestinationError, match="expired on 2026-03-09"):
        DestinationPolicy(url, declared, last_minute + dt.timedelta(minutes=1)).check_url(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://evil.example/a", "undeclared host"),
        ("https://data.example.gov.cn.evil.example/a", "undeclared host"),
        ("https://data.example.gov.cn@evil.example/a", "user name"),
        ("https://evil.example\\@data.example.gov.cn/a", "backslashes"),
        ("https://user:pw@data.example.gov.cn/a", "user name"),
        ("http://data.example.gov.cn/a", "unencrypted"),
        ("ftp://data.example.gov.cn/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("https://data.example.gov.cn:x/a", "valid URL"),
        ("https:///a", "scheme"),
        ("https://data.example.gov.cn/a\r\nX: y", "control"),
        ("//data.example.gov.cn/a", "scheme"),
    ],
)
def test_urls_that_are_refused(url: str, reason: str) -> None:
    with pytest.raises(RefusedDestinationError, match=reason) as caught:
        policy().check_url(url)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example.gov.cn/a",
        "https://DATA.example.gov.cn./a",
        "https://data.example.gov.cn:8443/a",
        "https://files.example.gov.cn/a",
    ],
)
def test_urls_that_are_declared(url: str) -> None:
    policy(hosts=["files.example.gov.cn"]).check_url(url)


def test_this_machine_is_reached_only_where_the_url_itself_names_it() -> None:
    policy("http://127.0.0.1/a").check_address("127.0.0.1", "127.0.0.1")
    policy("http://localhost/a").check_address("localhost", "::1")
    further = policy(hosts=["127.0.0.1"])
    for checked, address in (
        (further, "127.0.0.1"),
        (policy("http://localhost/a"), "127.0.0.1"),
        (policy("http://127.0.0.1/a"), "10.0.0.1"),
    ):
        with pytest.raises(RefusedDestinationError, match="internal address"):
            checked.check_address("127.0.0.1", address)


def test_only_plain_loopback_names_count() -> None:
    assert is_loopback_name("127.0.0.1")
    assert is_loopback_name("::1")
    assert is_loopback_name("localhost")
    assert not any(map(is_loopback_name, ["2130706433", "0x7f000001", "127.1", "example.cn"]))


# --- in a session ---------------------------------------------------------------------------


def redirect(location: str, status: str = "302 Found") -> bytes:
    return reply(status=status, Location=location)


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://0x7f000001:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://127.0.0.1@evil.example/",
        "http://good@127.0.0.1:{port}/secret",
        "http://127.0.0.2:{port}/secret",
        "http://localhost:{port}/secret",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://evil.example\\@127.0.0.1/",
    ],
)
def test_redirects_elsewhere_are_refused_before_connecting(tmp_path: Path, location: str) -> None:
    def answer(request: Request) -> Reply:
        return redirect(location.replace("{port}", str(server.port)))

    def no_lookup(host: str, *_: Any) -> Any:
        assert host == "127.0.0.1", "nothing else may even be looked up"
        return socket.getaddrinfo(host, *_)

    context = make_context(tmp_path, resolver=no_lookup)
    with department(answer) as server, pytest.raises(RefusedDestinationError):
        http.fetch(options(f"{server.url}/a"), context)
    assert [request.target for request in server.requests] == ["/a"]


def test_a_name_in_disguise_of_loopback_is_refused(tmp_path: Path) -> None:
    with department(lambda request: reply(b"x")) as server:
        for host in ("2130706433", "0x7f000001", "127.1"):
            plain = [exception("plain_http")]
            with pytest.raises(RefusedDestinationError, match="internal address"):
                http.fetch(
                    options(f"http://{host}:{server.port}/", exceptions=plain),
                    make_context(tmp_path),
                )
    assert server.requests == []


def test_a_name_that_leads_inside_is_refused_unless_declared(tmp_path: Path) -> None:
    def inside(host: str, port: int, *_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    context = make_context(tmp_path, resolver=inside)
    with department(lambda request: reply(b"x")) as server:
        url = f"http://data.example.gov.cn:{server.port}/a"
        plain = exception("plain_http")
        with pytest.raises(RefusedDestinationError, match="internal address"):
            http.fetch(options(url, exceptions=[plain]), context)
        assert server.requests == []
        both = [plain, exception("private_address", "data.example.gov.cn")]
        assert http.fetch(options(url, exceptions=both), context).snapshots


def test_rebinding_between_two_hops_is_seen(tmp_path: Path) -> None:
    def rebinding(host: str, port: int, *_: Any) -> Any:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    asked: list[str] = []
    context = make_context(tmp_path, resolver=rebinding)
    with (
        department(lambda request: redirect("/b")) as server,
        pytest.raises(RefusedDestinationError, match=r"169\.254\.169\.254"),
    ):
        http.fetch(options(f"{server.url}/a"), context)
    assert asked == ["127.0.0.1"] * 2, "one look-up a connection: the address checked is used"
    assert len(server.requests) == 1


def test_one_inner_address_among_others_is_enough_to_refuse(tmp_path: Path) -> None:
    def mixed(host: str, port: int, *_: Any) -> Any:
        stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*stream, ("127.0.0.1", port)), (*stream, ("10.0.0.1", port))]

    with (
        department(lambda request: reply(b"x")) as server,
        pytest.raises(RefusedDestinationError, match=r"10\.0\.0\.1"),
    ):
        http.fetch(options(f"{server.url}/a"), make_context(tmp_path, resolver=mixed))
    assert server.requests == []


@pytest.mark.parametrize("status", ["301 X", "302 X", "303 X", "307 X", "308 X"])
def test_redirects_within_the_host_are_followed(tmp_path: Path, status: str) -> None:
    def answer(request: Request) -> Reply:
        return redirect("b/%E4%BE%9B.csv?x=1", status) if request.target == "/a" else reply(b"x")

    with department(answer) as server:
        post = options(f"{server.url}/a", method="POST", body={"a": 1})
        fetched = http.fetch(post, make_context(tmp_path))
    last = server.requests[-1]
    assert last.target == "/b/%E4%BE%9B.csv?x=1"
    assert (last.method, last.body) == (
        ("POST", b'{"a": 1}') if status[:3] in ("307", "308") else ("GET", b"")
    )
    assert fetched.snapshots[0].name == "供.csv"
    assert fetched.snapshots[0].url == f"{server.url}/a"


def test_a_long_walk_holds_few_connections(tmp_path: Path) -> None:
    """Every reply here closes its connection."""
    handles: list[int] = []

    def answer(request: Request) -> Reply:
        handles.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
        return reply(b"x")

    context = make_context(tmp_path)
    with department(answer) as server:
        declared = options(f"{server.url}/a")
        with PoliteSession(declared.url, declared, context, Redactor({})) as session:
            for number in range(40):
                session.get(Ask(url=f"{server.url}/{number}"))
    assert max(handles) - handles[2] < 10


def test_redirects_end(tmp_path: Path) -> None:
    with (
        department(lambda request: redirect("/a")) as server,
        pytest.raises(FetchError, match="redirects"),
    ):
        http.fetch(options(f"{server.url}/a"), make_context(tmp_path))
    assert len(server.requests) == 6


def test_secrets_stay_with_the_declared_host(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        if request.headers["host"].startswith("127.0.0.1"):
            return redirect(f"http://localhost:{server.port}/b")
        return reply(b"x")

    with department(answer) as server:
        declared = options(
            f"{server.url}/a",
            hosts=["localhost"],
            secrets={"X-Key": "KEY"},
            exceptions=[exception("private_address", "localhost")],
        )
        http.fetch(declared, make_context(tmp_path, environment={"KEY": "k"}))
    assert [request.headers.get("x-key") for request in server.requests] == ["k", None]


def test_proxies_of_the_environment_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with department(lambda request: reply(b"x")) as server:
        assert http.fetch(options(f"{server.url}/a"), make_context(tmp_path)).snapshots


@pytest.mark.parametrize(("until", "agent"), [(DAY, "Mozilla/5.0"), ("2026-03-08", None)])
def test_the_user_agent_exception(tmp_path: Path, until: str, agent: str | None) -> None:
    with department(lambda request: reply(b"x")) as server:
        declared = options(
            f"{server.url}/a", exceptions=[exception("user_agent", "Mozilla/5.0", until)]
        )
        if agent is None:
            with pytest.raises(FetchError, match="user_agent expired on 2026-03-08"):
                http.fetch(declared, make_context(tmp_path))
            assert server.requests == []
        else:
            http.fetch(declared, make_context(tmp_path))
            assert server.requests[0].headers["user-agent"] == agent


# --- certificates ---------------------------------------------------------------------------


def certificate(folder: Path, name: str, *, expired: bool = False) -> Path:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    end = now - dt.timedelta(days=1) if expired else now + dt.timedelta(days=1)
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=2))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name.replace(':', '_')}.pem"
    path.write_bytes(
        built.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@contextmanager
def tls_department(
    pem: Path, answer: Callable[[Request], Reply], *, oldest_only: bool = False
) -> Iterator[int]:
    """The same server behind TLS, by a small relay that ends the encryption."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    if oldest_only:
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    with department(answer) as inner:
        listener = socket.create_server(("127.0.0.1", 0))

        def relay() -> None:
            while True:
                try:
                    channel, _ = listener.accept()
                except OSError:
                    return
                try:
                    with (
                        context.wrap_socket(channel, server_side=True) as secure,
                        socket.create_connection(("127.0.0.1", inner.port)) as plain,
                    ):
                        plain.sendall(secure.recv(65536))
                        while data := plain.recv(65536):
                            secure.sendall(data)
                except OSError:
                    continue  # the client refused the certificate, as it should

        thread = threading.Thread(target=relay, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(5)


def test_a_valid_certificate_of_an_own_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    body = b"1,2\n" * 50_000
    with tls_department(pem, lambda request: reply(body)) as port:
        fetched = http.fetch(options(f"https://127.0.0.1:{port}/a"), make_context(tmp_path))
        assert fetched.snapshots[0].path.read_bytes() == body
    with (
        tls_department(pem, lambda request: reply(body, length=100)) as port,
        pytest.raises(FetchError, match="more than its Content-Length"),
    ):
        http.fetch(options(f"https://127.0.0.1:{port}/a"), make_context(tmp_path))


@pytest.mark.parametrize(
    ("name", "expired", "trusted", "reason"),
    [
        ("127.0.0.1", False, False, "self-signed"),
        ("127.0.0.1", True, True, "expired"),
        ("other.example", False, True, "mismatch"),
    ],
)
def test_bad_certificates_fail_closed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    expired: bool,
    trusted: bool,
    reason: str,
) -> None:
    pem = certificate(tmp_path, name, expired=expired)
    if trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    legacy = [exception("legacy_tls")]  # must not switch verification off
    for exceptions in ([], legacy):
        with (
            tls_department(pem, lambda request: reply(b"x")) as port,
            pytest.raises(FetchError, match=reason),
        ):
            http.fetch(
                options(
                    f"https://127.0.0.1:{port}/a", exceptions=exceptions, limits={"attempts": 3}
                ),
                make_context(tmp_path, clock=FakeClock()),
            )


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_old_tls_fails_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    with (
        tls_department(pem, lambda request: reply(b"x"), oldest_only=True) as port,
        pytest.raises(FetchError, match="secure connection"),
    ):
        http.fetch(options(f"https://127.0.0.1:{port}/a"), make_context(tmp_path))


@pytest.mark.parametrize(("until", "works"), [(DAY, True), ("2026-03-08", False)])
def test_legacy_tls_sets_its_one_flag_for_its_host_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: str, works: bool
) -> None:
    made: list[ssl.SSLContext] = []
    create = ssl.create_default_context

    def remember(*arguments: Any, **more: Any) -> ssl.SSLContext:
        made.append(create(*arguments, **more))
        return made[-1]

    pem = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
    monkeypatch.setattr("connectors.connection.ssl.create_default_context", remember)
    with tls_department(pem, lambda request: reply(b"x")) as port:
        declared = options(
            f"https://127.0.0.1:{port}/a", exceptions=[exception("legacy_tls", until=until)]
        )
        assert http.fetch(declared, make_context(tmp_path)).snapshots
    legacy = [made_context for made_context in made if made_context.options & 0x4]
    assert bool(legacy) is works
    assert all(item.verify_mode is ssl.CERT_REQUIRED and item.check_hostname for item in legacy)
