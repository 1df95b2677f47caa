"""Words that are not known: which were meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Such as `Did you mean kill-ingest?`; empty where nothing known comes near."""
    near = get_close_matches(word.lower().replace("_", "-"), list(known), n=2, cutoff=0.7)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def there_are(word: str, known: Iterable[str]) -> str:
    """What was meant, if anything comes near, and all there is."""
    names = list(known)
    return f"{did_you_mean(word, names)} There are: {', '.join(names)}.".lstrip()
