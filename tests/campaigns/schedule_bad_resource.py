"""`./pioneer campaign schedule-bad-resource`: one of fifty resources is bad in one of six ways each time everything is to be switched; the others must act."""

import json
import os
from contextlib import suppress

from core.errors import Forbidden, Unavailable
from services.context import Context, System
from services.usecases import requesting, switching
from tests.campaigns.arena import Arena, Hook, arena, played
from tests.campaigns.forked import DiedError, forked

FULL, FLEET = 200, 50
KINDS = ("unreadable", "spot", "denied", "silent", "odd answer", "odd failure")
"""The first two are in our records, the others are what AWS answers."""


def planted() -> None:
    """What nobody foresaw leaves the loop over resources."""

    def escaping(db: object, ctx: Context, who: System, claimed: object) -> list[str]:
        asks = [
            requesting.Ask(one.action, one.resource.resource_id, one.acted.reason, origin_id=one.origin_id)
            for one in claimed  # type: ignore[attr-defined]
        ]
        answers = requesting.request_all(db, ctx, who, asks, "schedule")  # type: ignore[arg-type]
        return switching._answered(db, who.organisation_id, claimed, answers)  # type: ignore[arg-type]

    switching._ask = escaping  # type: ignore[assignment]


def meeting(kind: str, bad: str) -> Hook:
    """What calls about the bad one meet."""

    def hook(when: str, name: str, instance: str) -> None:
        if instance != bad or when != "before":
            return
        if kind == "denied" and name != "look":
            message = "AWS did not let us."
            raise Forbidden(message)
        if kind == "silent":
            message = "AWS does not answer."
            raise Unavailable(message)
        if kind == "odd answer" and name == "look":
            raise KeyError(instance)
        if kind == "odd failure" and name != "look":
            raise ZeroDivisionError

    return hook


def spoilt(field: Arena, kind: str, bad: str) -> str:
    """Our record of it as it was, before it was made bad."""
    ((details,),) = field.ask("select details::text from resource where id = :id", id=bad)
    new = {"unreadable": {"launched_at": "never"}, "spot": {**json.loads(details), "lifecycle": "spot"}}
    if kind in new:
        field.ask(
            "update resource set details = cast(:new as jsonb) where id = :id",
            id=bad,
            new=json.dumps(new[kind]),
        )
    return str(details)


def work(field: Arena, hook: Hook) -> None:
    """One tick."""
    ctx = field.own(hook)
    field.tick(ctx, field.lead(ctx, f"worker campaign:{os.getpid()}"))


def play(url: str | None, count: int, seed: int, defect: bool) -> tuple[str, list[str]]:  # noqa: FBT001  a campaign's signature
    """A bad one an hour."""
    if defect:
        planted()
    wrong: list[str] = []
    with arena(url, FLEET if count > len(KINDS) else FLEET // 5, seed) as field:
        for number in range(count):
            kind, bad = KINDS[number % len(KINDS)], field.dice.choice(field.fleet)
            kept = spoilt(field, kind, bad)
            field.next_hour()
            left = [it for it, state in field.states().items() if state == field.desired]  # bad before
            with suppress(DiedError):
                forked(lambda kind=kind, bad=bad: work(field, meeting(kind, bad)))
            wrong += [f"{kind} {bad}: {each}" for each in field.wrong(exempt=[bad, *left])]
            field.ask("update resource set details = cast(:kept as jsonb) where id = :id", id=bad, kept=kept)
            if wrong:
                break
            forked(field.calm)
        size = len(field.fleet)
    return f"{count} times one of {size} was bad, in {min(count, len(KINDS))} ways", wrong


def main() -> int:
    """0 when nothing was wrong."""
    return played("schedule-bad-resource", "One bad resource in fifty.", FULL, play)


if __name__ == "__main__":
    raise SystemExit(main())
