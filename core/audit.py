"""The audit chain: each row carries the hash of the one before, so that a change, a gap or a reorder shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

GENESIS = bytes(32)
"""What the first row of a chain calls its predecessor's hash."""


@dataclass(frozen=True)
class AuditRow:
    """Who did what to which thing, why, and when. `seq` counts from 1 in each organisation."""

    organisation_id: UUID
    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    data: Mapping[str, object]
    previous_hash: bytes
    hash: bytes


def chained(
    organisation_id: UUID,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    reason: str,
    data: Mapping[str, object],
    previous_hash: bytes,
) -> AuditRow:
    """The row with its hash: SHA-256 over the previous hash and the row as canonical JSON."""
    body = json.dumps(
        [str(organisation_id), seq, at.astimezone(UTC).isoformat(), actor, action, subject, reason, data],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    digest = hashlib.sha256(previous_hash + body.encode()).digest()
    return AuditRow(organisation_id, seq, at, actor, action, subject, reason, data, previous_hash, digest)


def first_break(rows: Iterable[AuditRow]) -> int | None:
    """The `seq` of the first row that does not follow from the one before it; None for a whole chain. Rows in ascending order."""
    expected_seq, previous = 1, GENESIS
    for row in rows:
        again = chained(
            row.organisation_id,
            row.seq,
            row.at,
            row.actor,
            row.action,
            row.subject,
            row.reason,
            row.data,
            previous,
        )
        if row.seq != expected_seq or row.previous_hash != previous or row.hash != again.hash:
            return expected_seq
        expected_seq, previous = expected_seq + 1, row.hash
    return None
