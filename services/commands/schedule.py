"""`./pioneer schedule preview FILE.json`: what a schedule wants and when, worked out here, without server or database."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from core.errors import Invalid
from core.schedules.preview import Question


def run(args: argparse.Namespace) -> int:
    """Print one JSON answer a line. Raises `Invalid` naming the line (exit status 2); then nothing is printed."""
    answers = [_answered(number, given) for number, given in _objects(_text(args.file))]
    for answer in answers:
        print(answer)
    return 0


def _text(name: str) -> str:
    try:
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode("utf-8-sig")
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror or 'it is no file'}."
        raise Invalid(message) from error
    except ValueError as error:
        message = f"{name} is not text in UTF-8."
        raise Invalid(message) from error


def _objects(text: str) -> Iterator[tuple[int, object]]:
    """Each object with the number of the line it begins on. Where the first line is one by itself, each line is."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise Invalid("Line 1: there is nothing to preview.")
    try:
        json.loads(lines[0][1])
    except (ValueError, RecursionError):
        if len(lines) > 1:
            yield lines[0][0], _read(1, text)
            return
    for number, line in lines:
        yield number, _read(number, line)


def _read(first: int, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"Line {first + error.lineno - 1}: this is no JSON, at column {error.colno}: {error.msg}."
        raise Invalid(message) from error
    except (ValueError, RecursionError) as error:
        message = f"Line {first}: this JSON cannot be read: a number or its nesting is too long."
        raise Invalid(message) from error


def _answered(number: int, given: object) -> str:
    try:
        return json.dumps(Question.from_json(given).answer())
    except Invalid as error:
        message = f"Line {number}: {error.message}"
        raise Invalid(message) from error
