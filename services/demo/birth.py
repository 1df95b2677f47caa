"""When the demo company of a data directory was born: the day the directory was first used. Stories are told from there."""

from datetime import date
from pathlib import Path

from core.errors import Invalid

FILE = "demo-born"


def birthday(data: Path, today: date) -> date:
    """The day kept in the data directory; `today`, from now on, where there is none. Raises `Invalid` when the file holds no day."""
    file = data / FILE
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(today.isoformat() + "\n", encoding="utf-8")
        fresh.replace(file)
    text = file.read_text(encoding="utf-8").strip()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{file} should hold the day the demo was made, but holds {text!r}."
        raise Invalid(message, mend="Start over with ./pioneer demo --reset.") from error
