"""What may be configured, and what is refused."""

from pathlib import Path

import pytest

from core.errors import Invalid
from services.settings import Settings, load

GOOD = "fT9-x2Qw8_zLk4Rv7Nc1Hb6Ym3Jd5Gs0Pa"
EVERYWHERE = "0.0.0.0"  # noqa: S104  what is being refused


def test_defaults_are_safe_and_need_nothing() -> None:
    settings = load()
    assert settings.host == "127.0.0.1"
    assert settings.signup == "approval"
    assert settings.bcrypt_cost >= 12
    assert not settings.demo


@pytest.mark.parametrize("secret", ["secret", "short", "a" * 64, "abababababababababababababababababab"])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(Invalid, match="SECRET_KEY"):
        load(SECRET_KEY=secret)


def test_a_good_secret_is_taken() -> None:
    assert load(SECRET_KEY=GOOD).secret_key is not None


def test_cheap_password_hashes_are_refused_outside_the_demo() -> None:
    with pytest.raises(Invalid, match="BCRYPT_COST"):
        load(BCRYPT_COST=4)
    assert load(BCRYPT_COST=4, PIONEER_MODE="demo").bcrypt_cost == 4


def test_listening_beyond_this_machine_without_https_is_refused() -> None:
    with pytest.raises(Invalid, match="PUBLIC_URL"):
        load(HOST=EVERYWHERE)
    assert load(HOST=EVERYWHERE, PUBLIC_URL="https://pioneer.example.com").secure_cookies


def test_a_wrong_value_is_named_with_its_variable(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="SIGNUP"):
        load(SIGNUP="maybe", PIONEER_DATA=tmp_path)
    with pytest.raises(Invalid, match="PORT"):
        load(PORT=70000)


def test_the_demo_takes_nothing_real_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "postgresql://real/records",
        "SECRET_KEY": GOOD,
        "HOST": EVERYWHERE,
        "PUBLIC_URL": "https://pioneer.example.com",
        "GOOGLE_CLIENT_ID": "real",
        "SIGNUP": "closed",
        "SMTP_HOST": "mail.example.com",
        "SMTP_FROM": "pioneer@example.com",
    }.items():
        monkeypatch.setenv(name, value)
    demo = load(PIONEER_MODE="demo")
    assert demo.database_url is None
    assert demo.secret_key is None
    assert demo.smtp_host is None, "its people are made up, their addresses may be somebody's"
    assert (demo.host, demo.public_url, demo.google_client_id, demo.signup) == (
        "127.0.0.1",
        None,
        None,
        "open",
    )
    assert load().database_url is not None


def test_the_environment_wins_over_a_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=8601\nSIGNUP=open\n# a remark\nNOT_OURS=1\n")
    monkeypatch.setitem(Settings.model_config, "env_file", file)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("SIGNUP", raising=False)
    assert (load().port, load().signup) == (8601, "open")
    monkeypatch.setenv("PORT", "8602")
    assert (load().port, load(PORT=8603).port) == (8602, 8603)


def test_trusted_proxies_are_apart_by_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.1 10.0.0.2")
    assert load().trusted_proxies == ("10.0.0.1", "10.0.0.2")


MAIL = {"SMTP_HOST": "mail.example.com", "SMTP_FROM": "pioneer@example.com"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SMTP_FROM": None}, "SMTP_FROM"),
        ({"SMTP_FROM": "pioneer"}, "SMTP_FROM"),
        ({"SMTP_FROM": "a@b.example\r\nBcc: c@d.example"}, "SMTP_FROM"),
        ({"SMTP_FROM": "a@b.example, c@d.example"}, "SMTP_FROM"),
        ({"SMTP_USER": "pioneer"}, "belong together"),
        ({"SMTP_PASSWORD": "open sesame"}, "belong together"),
        ({"SMTP_USER": "pioneer", "SMTP_PASSWORD": "open sesame", "SMTP_TLS": "none"}, "in the clear"),
        ({"SMTP_TLS": "none"}, "in the clear"),
        ({"SMTP_TLS": "maybe"}, "SMTP_TLS"),
        ({"SMTP_PORT": 0}, "SMTP_PORT"),
        ({"STOP_NOTICE_MINUTES": 0}, "STOP_NOTICE_MINUTES"),
    ],
)
def test_mail_that_could_be_read_on_its_way_or_go_astray_is_refused(
    given: dict[str, object], words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        load(**MAIL | given)
    assert "sesame" not in str(refused.value)


def test_mail_is_encrypted_unless_the_server_is_this_machine() -> None:
    assert load(**MAIL).smtp_tls == "starttls"
    assert load(**MAIL | {"SMTP_HOST": "localhost", "SMTP_TLS": "none"}).smtp_host == "localhost"
    assert load(SMTP_HOST="").smtp_host is None
