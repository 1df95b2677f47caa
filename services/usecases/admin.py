"""What only the command line may do: the organisation and its first admin."""

from uuid import UUID, uuid4

from core.access import passwords
from core.access.people import email_of, name_of
from core.access.roles import Role, User
from core.errors import Conflict, Invalid, NotFound
from core.events import Event
from services.context import Context, System
from services.db import database
from services.db.stores import access
from services.usecases import hashing
from services.usecases.record import record


def organisation(ctx: Context) -> UUID:
    """The organisation that runs here. Raises `NotFound` before the first admin was created."""
    with ctx.begin() as db:
        found = access.first_organisation(db)
    if found is None:
        raise NotFound("There is no organisation yet.", mend="Run ./pioneer admin create first.")
    return found


def create_admin(ctx: Context, email: str, password: str, organisation_name: str) -> User:
    """Make an active admin, and the organisation if it is the first. Raises `Conflict`, changing nothing, when the e-mail is taken."""
    email = email_of(email)
    weakness = passwords.refusal(password, email=email)
    if weakness:
        raise Invalid(weakness)
    kept = hashing.hashed(password, ctx.settings.bcrypt_cost)
    with ctx.begin() as db:
        at = database.now(db)
        organisation_id = access.first_organisation(db)
        if organisation_id is None:
            organisation_id = uuid4()
            access.add_organisation(db, organisation_id, organisation_name.strip() or "My organisation", at)
        user = User(uuid4(), organisation_id, email, name_of("", email), frozenset({Role.ADMIN}))
        if not access.add(db, user, password_hash=kept, status="active", at=at):
            raise Conflict(
                f"{email} has an account already.", mend="Change its roles under Team, or use another e-mail."
            )
        event = Event(
            "UserSignedUp", f"user:{user.id}", {"email": email, "status": "active", "roles": ["admin"]}
        )
        record(db, System(organisation_id, "admin"), event, subject=f"user:{user.id}")
    return user
