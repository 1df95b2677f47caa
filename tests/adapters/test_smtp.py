"""The connection to a mail server: encrypted, its certificate checked, or nothing is sent."""

from pathlib import Path

import pytest

from core.errors import Unavailable
from services.bootstrap import mail
from services.settings import Settings
from tests.mail_server import Post, a_certificate, serving


def test_a_password_goes_to_an_encrypted_server_whose_certificate_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = a_certificate(tmp_path / "server.pem")
    with serving(Post(password="open sesame"), certificate) as post:
        given = Settings(
            _env_file=None,
            SMTP_HOST="localhost",
            SMTP_PORT=post.port,
            SMTP_FROM="pioneer@acme.example",
            SMTP_USER="pioneer",
            SMTP_PASSWORD="open sesame",
        )
        server = mail(given)
        assert server is not None
        with pytest.raises(Unavailable, match="certificate verify failed"):
            server.check()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert server.check() == f"localhost:{post.port} (starttls, signed in as pioneer)"
        assert post.encrypted == 1
        post.password = "another"
        with pytest.raises(Unavailable, match="535 who are you") as refused:
            server.check()
        assert "sesame" not in str(refused.value)


def test_a_server_without_tls_is_not_sent_anything() -> None:
    with serving(Post()) as post:
        given = Settings(
            _env_file=None, SMTP_HOST="localhost", SMTP_PORT=post.port, SMTP_FROM="p@acme.example"
        )
        server = mail(given)
        assert server is not None
        with pytest.raises(Unavailable, match="takes no mail"):
            server.check()


def test_without_a_server_there_is_no_mail() -> None:
    assert mail(Settings(_env_file=None)) is None
