"""Triggers that refuse every change of the log but one: the disposal of personal content.

They guard against our own mistakes and against a hand in the database; whoever may drop a trigger can
still change rows, which is what the chain of seals is for.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = ("audit_entry", "audit_seal")
# A table with personal content: the columns that disposal empties, and those it must leave alone.
DISPOSABLE = {
    "audit_entrysubject": (("key", "salt"), ("id", "entry_id", "position", "kind", "hash")),
    "audit_payload": (("content", "salt"), ("id", "entry_id", "hash")),
}
REFUSAL = "The log may only be added to."


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers. Called by the migration."""
    for statement in _statements(connection.vendor):
        _run(connection, statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Only for emptying a test database and for undoing the migration."""
    for table in (*APPEND_ONLY, *DISPOSABLE):
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        for event in ("update", "delete", "truncate"):
            _run(connection, f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


def _statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        function = (
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        return [function, *(each for table in (*APPEND_ONLY, *DISPOSABLE) for each in _postgresql(table))]
    return [each for table in (*APPEND_ONLY, *DISPOSABLE) for each in _sqlite(table)]


def _sqlite(table: str) -> list[str]:
    when = f" WHEN NOT ({_is_disposal(table, same='IS')})" if table in DISPOSABLE else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}{when} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    ]


def _postgresql(table: str) -> list[str]:
    same = "IS NOT DISTINCT FROM"
    when = f" WHEN (NOT ({_is_disposal(table, same=same)}))" if table in DISPOSABLE else ""
    call = "EXECUTE FUNCTION audit_refuse()"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW{when} {call}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {call}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
    ]


def _is_disposal(table: str, *, same: str) -> str:
    emptied, kept = DISPOSABLE[table]
    conditions = ["OLD.disposed_at IS NULL", "NEW.disposed_at IS NOT NULL"]
    conditions += [f"NEW.{column} = ''" for column in emptied]
    conditions += [f"NEW.{column} {same} OLD.{column}" for column in kept]
    return " AND ".join(conditions)


def _run(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
