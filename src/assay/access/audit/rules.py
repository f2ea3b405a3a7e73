"""The hashes of the log: pure functions of what an entry says.

Personal content (who it was about, the details) is hashed with a salt of its own, and the entry is
hashed over those hashes. Content and salt can then be disposed of together: the entry still verifies, and
nobody can find the content again by trying every CRN against the hash.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

GENESIS = "0" * 64


def new_salt() -> str:
    return secrets.token_hex(16)


def canonical(value: object) -> str:
    """One text for one value: keys sorted, no spaces, so that equal values hash alike on every machine."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def salted_hash(content: str, *, salt: str) -> str:
    return hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()


def subject_content(kind: str, key: str) -> str:
    return canonical([kind, key])


def entry_hash(fields: Mapping[str, object], *, payload: str, subjects: Sequence[str]) -> str:
    """The hash of one entry: its plain fields, and the hashes of its personal parts in order."""
    plain = {name: _plain(value) for name, value in fields.items()}
    content = canonical({"fields": plain, "payload": payload, "subjects": list(subjects)})
    return hashlib.sha256(content.encode()).hexdigest()


def seal_hash(*, number: int, previous: str, entry: str) -> str:
    return hashlib.sha256(f"{number}\n{previous}\n{entry}".encode()).hexdigest()


def _plain(value: object) -> object:
    # An instant comes back from SQLite and PostgreSQL in different zones; the hash must not notice.
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
