"""Try without doing: each call of an action asked of AWS as a question, and its answer in words."""

from dataclasses import dataclass

from core.actions.catalog import DECLARATIONS
from core.actions.model import Action
from core.errors import PioneerError, Untried
from core.inventory import Account
from services.context import Context
from services.usecases import sending


@dataclass(frozen=True)
class Tried:
    """A call and what AWS said: True: it would do it; False: it would not; None: it cannot tell."""

    call: str
    words: str
    would: bool | None = None


def tried(ctx: Context, account: Account, action: Action) -> tuple[Tried, ...]:
    """Every call of the action, in order; none has an effect, and none stops the others."""
    rehearsal = ctx.cloud.rehearsal()
    answers = []
    for call in DECLARATIONS[action.kind].sends:
        name = call.replace("_", " ")
        try:
            sending.send(rehearsal, account, action, call)
        except Untried as error:
            answers.append(Tried(name, error.message))
        except PioneerError as error:
            answers.append(Tried(name, error.message, would=False))
        else:
            answers.append(Tried(name, "AWS would do it: we are allowed to, and it is there.", would=True))
    return tuple(answers)
