"""The people of the demonstration, made by its own actions once in a process and put back for each test.

Every test begins with an empty database, and hundreds of them begin with the same people: what the actions
wrote for the first is written again as rows, in five statements instead of some hundred.
"""

from __future__ import annotations

from copy import copy
from typing import Any

_made: dict[type[Any], list[Any]] = {}


def bring_everybody() -> None:
    """The people of both sides. Where somebody is there already, or the log is begun, the actions do it."""
    from assay.access.accounts import demonstration

    empty = not any(model.objects.exists() for model in _models())
    if empty and _made:
        _put_back()
        return
    for side in ("service", "inspectorate"):
        demonstration.create(side=side)
    if empty:
        _made.update({model: list(model.objects.order_by("pk")) for model in _models()})


def _models() -> tuple[type[Any], ...]:
    """All that making people writes, each after what it points to."""
    from assay.access.accounts.models import Grant, User
    from assay.access.audit.models import Entry, EntrySubject, Payload

    return (User, Grant, Entry, EntrySubject, Payload)


def _put_back() -> None:
    from django.core.management.color import no_style
    from django.db import connection
    from django.utils import timezone

    for model, rows in _made.items():
        fresh = [copy(row) for row in rows]
        for row in fresh:
            row._state = copy(row._state)
            row._state.adding = True
            if hasattr(row, "at"):
                row.at = timezone.now()
        model.objects.bulk_create(fresh)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_made)):
            cursor.execute(statement)
