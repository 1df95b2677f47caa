"""Everything that can go wrong, in words a person can act on. One place each turns these into a screen message, problem+json or a log line."""


class PioneerError(Exception):
    """Base of all failures we raise ourselves; `str()` of it is a sentence for the user."""

    title = "Something went wrong"

    def __init__(self, message: str, *, mend: str | None = None) -> None:
        """Keep the sentence, and what the reader can do about it (`mend`)."""
        super().__init__(message)
        self.message = message
        self.mend = mend


class Invalid(PioneerError):
    """What was given cannot be used: a wrong value, file or combination."""

    title = "That cannot be used"


class Unauthenticated(PioneerError):
    """Nobody is signed in, or the sign-in has ended."""

    title = "Please sign in"


class NotLetIn(Unauthenticated):
    """The secret was right, but an admin has not let this person in, or has shut them out."""

    title = "You cannot sign in yet"


class Forbidden(PioneerError):
    """The signed-in user may not do this."""

    title = "You may not do this"


class NotFound(PioneerError):
    """There is no such thing within what the user may see."""

    title = "Not found"


class Conflict(PioneerError):
    """The thing changed meanwhile, or exists already."""

    title = "That collides with something"


class Stale(Conflict):
    """Somebody else changed the thing after it was looked at; nothing was overwritten."""

    title = "It was changed meanwhile"


class Unconditional(PioneerError):
    """A change that did not say which version it is a change of."""

    title = "Say which version you change"


class Refused(PioneerError):
    """A guard said no: protected, not allowed in this state, not safe."""

    title = "Refused"


class TooMany(PioneerError):
    """Too many attempts; `retry_after` is in seconds."""

    title = "Too many attempts"

    def __init__(self, message: str, *, retry_after: int) -> None:
        """Keep the sentence and after how many seconds another attempt is answered."""
        super().__init__(message, mend=f"Wait {retry_after} seconds and try again.")
        self.retry_after = retry_after


class Unavailable(PioneerError):
    """Something we depend on does not answer, or is not configured."""

    title = "Not available right now"


class Untried(PioneerError):
    """The other side has no way to try this without doing it."""

    title = "Cannot be tried"


class NoCapacity(Unavailable):
    """AWS has too few machines of this type there right now; another type may be had."""


class Lost(PioneerError):
    """A call was sent and its answer never came: the effect is unknown until somebody looks."""

    title = "The answer was lost"
