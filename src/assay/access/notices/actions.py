"""Putting something before a person, and taking it away once done."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Actor, Subject, Verb
from assay.access.notices.models import Notice
from assay.core.messages import Message


@transaction.atomic
def notify(
    user: User,
    *,
    sentence: Message,
    link_name: str,
    by: Actor,
    link_arguments: tuple[object, ...] = (),
    about: str = "",
) -> UUID:
    """Tell a person that something waits. ``sentence`` names nobody: it may go out by e-mail.

    ``about`` is an opaque key; a second notice about the same thing while one is open is not made again.
    """
    arguments = [str(each) for each in link_arguments]
    if about:
        same = Notice.objects.filter(user=user, about=about, link_name=link_name, done_at=None).first()
        if same is not None:
            return same.uuid
    made = Notice.objects.create(
        user=user,
        sentence=sentence.id,
        values={name: str(value) for name, value in sentence.values.items()},
        link_name=link_name,
        link_arguments=arguments,
        about=about,
        made_at=timezone.now(),
    )
    subject = Subject("user", str(user.uuid))
    record(Verb.DISCLOSURE, by=by, subject=subject, what="A notice was put before a person")
    return made.uuid


@transaction.atomic
def finish(user: User, *, about: str, by: Actor) -> int:
    """Take away a person's open notices about one thing; returns how many there were."""
    done = Notice.objects.filter(user=user, about=about, done_at=None).update(done_at=timezone.now())
    if done:
        record(
            Verb.ALTERATION, by=by, subject=Subject("user", str(user.uuid)), what="A notice was dealt with"
        )
    return done
