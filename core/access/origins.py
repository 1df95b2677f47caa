"""Whether a request that carries our cookie was made by our own pages: browsers say so, and other sites cannot forge it."""

from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def same_origin(origin: str | None, fetch_site: str | None, host: str | None, public_url: str | None) -> bool:
    """True when the browser vouches for it: Origin names this host (or `public_url`), or Sec-Fetch-Site says same-origin.

    A request that says neither did not come from a current browser's page, so it has no business with a cookie.
    """
    if origin is not None:
        return _names_us(origin, host, public_url) and fetch_site in {None, "same-origin"}
    return fetch_site == "same-origin"


def foreign(origin: str | None, host: str | None, public_url: str | None) -> bool:
    """True for a websocket handshake from another site's page. Clients that are no browser send no Origin, and hold no cookie of ours."""
    return origin is not None and not _names_us(origin, host, public_url)


def _names_us(origin: str, host: str | None, public_url: str | None) -> bool:
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return False
    if public_url is not None:
        ours = urlsplit(public_url)
        if (parts.scheme, parts.netloc.lower()) == (ours.scheme, ours.netloc.lower()):
            return True
        if ours.scheme == "https":
            return False
    return host is not None and parts.netloc.lower() == host.lower()
