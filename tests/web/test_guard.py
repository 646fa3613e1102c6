import base64
import socket
import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from emogan.web.guard import name_in

FACE = "/api/faces.png?emotion=raiva&n=1"


def basic(password: str, user: str = "anybody") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:7860", "127.0.0.1", "127.0.0.1:80", "[::1]:7860", "[::1]"])
def test_this_machine_is_asked_by_its_names(client: TestClient, host: str) -> None:
    assert client.get(FACE, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::2]", "0"]
)
def test_a_name_that_leads_here_from_elsewhere_is_refused(client: TestClient, host: str) -> None:
    answer = client.get(FACE, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.text == f"This page is not reached as {host!r}: give its name with names=[NAME]."


def test_names_of_this_machine_can_be_given(open_page: Callable[..., TestClient]) -> None:
    page = open_page("names=[faces.lab.org,lab]")
    assert page.get(FACE, headers={"Host": "faces.lab.org:8000"}).status_code == 200
    assert page.get(FACE, headers={"Host": "lab"}).status_code == 200
    assert page.get(FACE, headers={"Host": "lab.org"}).status_code == 421


@given(st.from_regex(r"[a-z0-9.-]{1,40}", fullmatch=True), st.integers(0, 65535))
def test_a_port_is_no_part_of_a_name(name: str, port: int) -> None:
    assert name_in(f"{name}:{port}") == name_in(name) == name


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:1234"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_a_page_from_elsewhere_changes_nothing(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.post("/chosen", data={"language": "pt"}, headers=headers, follow_redirects=False)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) == (status == 303)


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_choice_leads_elsewhere(client: TestClient, back: str) -> None:
    answer = client.post("/chosen", data={"language": "en", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_password_is_asked_for(open_page: Callable[..., TestClient]) -> None:
    page = open_page("host=0.0.0.0", "password='olá :x'")
    for wrong in ({}, basic("ola :x"), basic(""), basic("olá"), {"Authorization": "Basic %%%"}, {"Authorization": "x"}):
        answer = page.get(FACE, headers=wrong)
        assert (answer.status_code, answer.text) == (401, "A password is needed.")
        assert answer.headers["www-authenticate"] == 'Basic realm="emogan", charset="UTF-8"'
    assert page.get("/static/emogan.css").status_code == 401
    assert page.get(FACE, headers=basic("olá :x")).status_code == 200


def test_nothing_comes_from_elsewhere_or_goes_there(client: TestClient) -> None:
    for path in ("/", FACE, "/static/live.js", "/nowhere", "/api/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
    assert client.options(FACE, headers={"Origin": "http://evil.example"}).status_code == 403


def test_static_files_only(client: TestClient) -> None:
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/static//etc/passwd"):
        assert client.get(path).status_code == 404


def ask(address: str, *parts: bytes, wait: float = 0) -> bytes:
    """What the page answers to bytes sent one part after the other."""
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        found = b""
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(wait)
            while more := line.recv(65536):
                found += more
        except ConnectionError:
            pass
        return found


POST = b"POST /chosen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def test_a_body_of_two_gigabytes_is_refused_before_it_comes(served: str) -> None:
    began = time.monotonic()
    answer = ask(served, POST + b"Content-Length: 2147483648\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"That is too large: expected at most 20 MB." in answer
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"abc", b"9" * 400])
def test_a_length_that_is_none_is_refused(served: str, length: bytes) -> None:
    answer = ask(served, POST + b"Content-Length: " + length + b"\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))


def test_a_body_without_a_length_is_counted(served: str) -> None:
    chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    answer = ask(served, POST + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 30)
    assert answer[:12] in (b"HTTP/1.1 413", b"HTTP/1.1 400", b"")  # or the line was cut with more to send


def test_a_slow_body_is_given_up(slow_page: str) -> None:
    began = time.monotonic()
    answer = ask(slow_page, POST + b"Content-Length: 100\r\n\r\n", b"language=")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"That came too slowly." in answer
    assert time.monotonic() - began < 6


def test_slow_clients_keep_nobody_waiting(slow_page: str) -> None:
    host, _, port = slow_page.removeprefix("http://").rstrip("/").rpartition(":")
    lines = [socket.create_connection((host, int(port))) for _ in range(50)]
    for line in lines:
        line.sendall(POST + b"Content-Length: 100\r\n\r\nl")
    answer = ask(slow_page, b"GET /api/emotions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    for line in lines:
        line.close()


def test_headers_without_end_are_refused(served: str) -> None:
    answer = ask(served, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * (1 << 20))
    assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431", b"")
