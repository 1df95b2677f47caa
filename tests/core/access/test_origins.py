"""Whose pages may use our cookie."""

import pytest

from core.access.origins import foreign, same_origin

HOST = "pioneer.example.com"
PUBLIC = f"https://{HOST}"


@pytest.mark.parametrize(
    ("origin", "site", "host", "public", "ours"),
    [
        ("http://localhost:8501", "same-origin", "localhost:8501", None, True),
        ("http://localhost:8501", None, "localhost:8501", None, True),
        (None, "same-origin", "localhost:8501", None, True),
        (None, None, "localhost:8501", None, False),
        (None, "none", "localhost:8501", None, False),
        ("http://localhost:9000", None, "localhost:8501", None, False),
        ("http://localhost:8501", "cross-site", "localhost:8501", None, False),
        ("null", None, "localhost:8501", None, False),
        ("https://evil.example", "same-origin", HOST, PUBLIC, False),
        (PUBLIC, "same-origin", "10.0.0.5:8501", PUBLIC, True),
        (f"http://{HOST}", "same-origin", HOST, PUBLIC, False),
        (f"https://{HOST}.evil.example", None, HOST, PUBLIC, False),
    ],
)
def test_a_cookie_counts_only_with_the_browsers_word(
    origin: str | None, site: str | None, host: str, public: str | None, *, ours: bool
) -> None:
    assert same_origin(origin, site, host, public) is ours


def test_a_websocket_from_another_sites_page_is_foreign_and_one_without_a_page_is_not() -> None:
    assert foreign("https://evil.example", HOST, PUBLIC)
    assert not foreign(PUBLIC, HOST, PUBLIC)
    assert not foreign(None, HOST, PUBLIC)
