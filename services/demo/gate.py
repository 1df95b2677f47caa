"""What stands in front of moto: readiness, who is calling, and the journal of what they changed.

Requests go through one at a time. moto is not safe for threads, and only so does a journaled request, replayed with the
same random numbers, make the same ids again.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from moto.moto_api._internal import mock_random
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from services.demo import doorman
from services.demo.clock import Clock
from services.demo.journal import Entry, Journal

Environ = dict[str, Any]
Start = Callable[..., Any]
_READS = re.compile(
    r"^(Describe|Get|List|Head|BatchGet|Lookup|Search|Query|Scan|Select|Filter|Check|Simulate|AssumeRole)"
)
_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]*/([a-z0-9-]+)/aws4_request")
_REST_CHANGES = {"PUT", "POST", "DELETE", "PATCH"}
_KEPT_HEADERS = ("authorization", "content-type", "x-amz-target", "user-agent", "content-encoding")
_SUCCESS = range(200, 300)
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


@dataclass(frozen=True)
class Call:
    """A request as far as we need to know it."""

    method: str
    path: str
    query: str
    body: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, environ: Environ) -> "Call":
        """From WSGI; the body is read and put back for moto."""
        if environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read()
            environ["CONTENT_LENGTH"] = str(len(body))
        else:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        names = {"CONTENT_TYPE": "content-type"} | {
            key: key[5:].lower().replace("_", "-") for key in environ if key.startswith("HTTP_")
        }
        headers = {name: str(environ[key]) for key, name in names.items() if environ.get(key)}
        return cls(
            environ["REQUEST_METHOD"],
            environ.get("PATH_INFO", "/"),
            environ.get("QUERY_STRING", ""),
            body,
            headers,
        )

    @property
    def action(self) -> str:
        """The AWS operation, where the protocol names it; else nothing."""
        target = self.headers.get("x-amz-target", "")
        if target:
            return target.rpartition(".")[2]
        if "/operation/" in self.path:
            return self.path.rpartition("/")[2]
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return parse_qs(self.body.decode(errors="replace")).get("Action", [""])[0]
        return parse_qs(self.query).get("Action", [""])[0]

    @property
    def changes(self) -> bool:
        """Whether it may change the cloud."""
        action = self.action
        return not _READS.match(action) if action else self.method in _REST_CHANGES

    @property
    def service(self) -> str:
        """The AWS service it was signed for."""
        found = _SCOPE.search(self.headers.get("authorization", ""))
        return found.group(1) if found else ""

    def entry(self, at: datetime) -> Entry:
        """For the journal."""
        kept = {
            name: self.headers[name]
            for name in self.headers
            if name in _KEPT_HEADERS or name.startswith("x-amz")
        }
        return Entry(at, self.method, self.path, self.query, kept, self.body)


class Gate:
    """The WSGI application that serves the demo cloud. `changed` is called after each journaled request, with its service."""

    def __init__(
        self,
        moto: Callable[..., Iterable[bytes]],
        clock: Clock,
        journal: Journal,
        changed: Callable[[str, datetime], None],
    ) -> None:
        """Closed until `open` is called."""
        self._moto = moto
        self._clock = clock
        self._journal = journal
        self._changed = changed
        self._count = 0
        self.lock = Lock()
        self.ready = False
        self.progress = "starting"

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        answer: Iterable[bytes] = self._respond(environ)(environ, start_response)
        return answer

    def _respond(self, environ: Environ) -> Response:
        path = environ.get("PATH_INFO", "/")
        if path.startswith(("/pioneer", "/moto-api")) and not _from_here(environ):
            return _json({"error": "only from this machine"}, 403)
        if path == "/pioneer/ready":
            return _json({"ready": self.ready, "progress": self.progress}, 200 if self.ready else 503)
        if not self.ready:
            return _json({"error": f"The demo cloud is not ready: {self.progress}"}, 503)
        call = Call.of(environ)
        answered = (
            doorman.answer(call.action, call.body, doorman.access_key(environ))
            if call.service == "sts"
            else None
        )
        if answered is not None:
            return Response(answered[1], answered[0], content_type="text/xml")
        with self.lock:
            at = self._clock.now()
            return self._kept(call, self._served(call, environ), at)

    def _served(self, call: Call, environ: Environ) -> Response:
        """Moto's answer, for the account that the caller's key belongs to."""
        environ.setdefault("HTTP_X_MOTO_ACCOUNT_ID", doorman.account_of(doorman.access_key(environ)))
        if call.changes:
            mock_random.seed(f"request {self._count}")
        body, status, headers = run_wsgi_app(self._moto, environ)
        return Response(body, status, headers)

    def _kept(self, call: Call, response: Response, at: datetime) -> Response:
        """Journal what changed the cloud, before anybody hears of it."""
        if call.changes and response.status_code in _SUCCESS and not call.path.startswith("/moto-api"):
            self._journal.append(call.entry(at))
            self._count += 1
            self._changed(call.service, at)
        return response

    def replay(self, entries: Iterable[Entry]) -> None:
        """Do again what was done before, at the times it was done."""
        for entry in entries:
            self._clock.hold(entry.at)
            builder = EnvironBuilder(
                entry.path, method=entry.method, query_string=entry.query, data=entry.body
            )
            environ = builder.get_environ()
            for name, value in entry.headers.items():
                key = name.upper().replace("-", "_")
                environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
            call = Call.of(environ)
            self._served(call, environ)
            self._count += 1
            self._changed(call.service, entry.at)
        self._clock.hold(None)


def _from_here(environ: Environ) -> bool:
    """Named by its loopback address: a page that resolves its own name to this machine has no business here."""
    return environ.get("HTTP_HOST", "").rsplit(":", 1)[0] in _LOOPBACK


def _json(content: Mapping[str, object], status: int) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")
