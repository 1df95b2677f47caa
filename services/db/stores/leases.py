"""Who may write as the worker. Expiry is judged by the database's own clock, never by ours and never by the demo's."""

from sqlalchemy import Connection, text

from core.errors import Conflict

WORKER = "worker"

_TAKE = text("""
    with free as (
        select name from lease where name = :name and expires_at <= clock_timestamp() for update skip locked
    )
    update lease set holder = :holder, epoch = lease.epoch + 1,
        expires_at = clock_timestamp() + make_interval(secs => :seconds)
    from free where lease.name = free.name
    returning lease.epoch
""")
_FIRST = text("""
    insert into lease (name, holder, epoch, expires_at)
    values (:name, :holder, 1, clock_timestamp() + make_interval(secs => :seconds))
    on conflict (name) do nothing
    returning epoch
""")
_STUCK = text("""
    select count(pg_terminate_backend(l.pid, 1000)) from lease x
    join pg_locks l on l.locktype = 'advisory' and l.objsubid = 2 and l.granted
        and l.database = (select oid from pg_database where datname = current_database())
        and l.classid = cast(hashtext(x.name) & 2147483647 as oid) and l.objid = cast(x.epoch % 2147483647 as oid)
    join pg_stat_activity a on a.pid = l.pid and a.wait_event_type = 'Client' and a.pid <> pg_backend_pid()
    where x.name = :name and x.expires_at <= clock_timestamp()
""")
"""Ends what began to write under a lease that has expired since, and has the server wait for it: its process was stopped or cut off."""
_RENEW = text("""
    update lease set expires_at = clock_timestamp() + make_interval(secs => :seconds)
    where name = :name and holder = :holder and epoch = :epoch and expires_at > clock_timestamp()
""")
_RELEASE = text("""
    update lease set expires_at = clock_timestamp() where name = :name and holder = :holder and epoch = :epoch
""")
_HELD = text("""
    select epoch, expires_at > clock_timestamp() as live,
        pg_advisory_xact_lock_shared(hashtext(name) & 2147483647, cast(epoch % 2147483647 as integer))
    from lease where name = :name for key share
""")
"""Lets it be renewed meanwhile, but not be taken. The advisory lock says to whoever wants to take it whose session that is."""
_HOLDER = text("select holder from lease where name = :name and expires_at > clock_timestamp()")


def take(db: Connection, holder: str, seconds: float, name: str = WORKER) -> int | None:
    """Take the lease when nobody holds it: its new epoch, higher than every one before; None when somebody does.

    Waits for nobody: what is being written under a lease that has expired keeps it, and is ended where its process does not answer.
    """
    given = {"name": name, "holder": holder, "seconds": seconds}
    epoch: int | None = db.execute(_TAKE, given).scalar_one_or_none()
    if epoch is None and db.execute(_STUCK, {"name": name}).scalar_one():
        epoch = db.execute(_TAKE, given).scalar_one_or_none()
    if epoch is None:
        epoch = db.execute(_FIRST, given).scalar_one_or_none()
    return epoch


def renew(db: Connection, holder: str, epoch: int, seconds: float, name: str = WORKER) -> bool:
    """Hold on for `seconds` from now; False when it has expired or somebody else took it."""
    given = {"name": name, "holder": holder, "epoch": epoch, "seconds": seconds}
    return db.execute(_RENEW, given).rowcount == 1


def release(db: Connection, holder: str, epoch: int, name: str = WORKER) -> None:
    """Let go, so that another need not wait for the expiry."""
    db.execute(_RELEASE, {"name": name, "holder": holder, "epoch": epoch})


def holder(db: Connection, name: str = WORKER) -> str | None:
    """Who holds it now."""
    found: str | None = db.execute(_HOLDER, {"name": name}).scalar_one_or_none()
    return found


def fence(db: Connection, epoch: int, name: str = WORKER) -> None:
    """Let this transaction write only under a lease that is still ours; nobody can take it before we commit.

    Epoch 0 is a command without a lease: it may write while nobody holds one. Raises `Conflict`.
    """
    row = db.execute(_HELD, {"name": name}).one_or_none()
    if row is not None and row.live:
        if row.epoch == epoch:
            return
        message = "Another worker has taken over; what this one was about to write is dropped."
        raise Conflict(message)
    if epoch:
        message = "This worker's lease has expired; what it was about to write is dropped."
        raise Conflict(message)
