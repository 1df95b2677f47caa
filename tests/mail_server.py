"""A small mail server for tests: real SMTP over a real socket, told how to behave."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Post:
    """What came in, and how the server answers: a code by recipient, or going away in the middle of a mail."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    """A code for RCPT by address; after DATA by `data`; at MAIL by `mail`."""
    vanish: str = ""
    """`before` or `after` a mail was kept, the connection ends without an answer."""
    password: str = ""
    connections: int = 0
    encrypted: int = 0

    @property
    def ids(self) -> list[str]:
        """The Message-IDs that came in, in order."""
        return [str(each["Message-ID"]) for each in self.messages]


class _Conversation(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        post = self.server.post
        post.connections += 1
        self._say(220, "ready")
        self.open, self.signed_in, self.to = True, not post.password, ""
        while self.open:
            line = self.rfile.readline()
            if not line:
                return
            verb, _, rest = line.decode().strip().partition(" ")
            answers: dict[str, Callable[[str], None]] = {
                "EHLO": self._hello, "STARTTLS": self._encrypt, "AUTH": self._sign_in, "MAIL": self._mail,
                "RCPT": self._recipient, "DATA": self._data, "QUIT": self._quit,
            }  # fmt: skip
            answers.get(verb.upper(), lambda _rest: self._say(250, "ok"))(rest)

    def _say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())

    def _hello(self, _rest: str) -> None:
        self.wfile.write(b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")

    def _encrypt(self, _rest: str) -> None:
        if self.server.trust is None:
            self._say(454, "no TLS here")
            return
        self._say(220, "go ahead")
        self.request = self.server.trust.wrap_socket(self.request, server_side=True)
        self.server.post.encrypted += 1
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def _sign_in(self, rest: str) -> None:
        given = base64.b64decode(rest.partition(" ")[2]).split(b"\0")[-1].decode()
        self.signed_in = given == self.server.post.password
        self._say(235 if self.signed_in else 535, "signed in" if self.signed_in else "who are you?")

    def _mail(self, _rest: str) -> None:
        code = self.server.post.answers.get("mail", 250 if self.signed_in else 530)
        self._say(code, "ok" if code < 300 else "not from you")

    def _recipient(self, rest: str) -> None:
        self.to = rest.partition("<")[2].partition(">")[0]
        code = self.server.post.answers.get(self.to, 250)
        self._say(code, "ok" if code < 300 else "not to them")

    def _data(self, _rest: str) -> None:
        post = self.server.post
        self._say(354, "go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        code = post.answers.get("data", 250)
        if post.vanish != "before" and code < 300:
            parsed = message_from_bytes(b"".join(lines), policy=default)
            assert isinstance(parsed, EmailMessage)
            post.messages.append(parsed)
        if post.vanish:
            self.open = False
        else:
            self._say(code, "ok" if code < 300 else "not this")

    def _quit(self, _rest: str) -> None:
        self._say(221, "bye")
        self.open = False


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    post: Post
    trust: ssl.SSLContext | None = None

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no error."""


@contextmanager
def serving(post: Post, certificate: Path | None = None) -> Iterator[Post]:
    """The server on loopback while this is open, on the port of `post`, or on a free one."""
    with _Server(("127.0.0.1", post.port), _Conversation) as server:
        server.post, post.port = post, server.server_address[1]
        if certificate is not None:
            server.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.trust.load_cert_chain(certificate)
        thread = threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True)
        thread.start()
        yield post
        server.shutdown()


def a_certificate(path: Path) -> Path:
    """A self-signed certificate and its key for this machine, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
