from __future__ import annotations

import pytest

from assay.access.accounts import actions as accounts
from assay.access.audit.models import Entry
from assay.access.audit.types import SYSTEM
from assay.access.notices import actions, queries
from assay.core.messages import message

pytestmark = pytest.mark.django_db
ASKED = message("A question about one of your people waits for you.")


def test_a_notice_waits_until_it_is_dealt_with() -> None:
    user = accounts.create_user("priya", name="Priya", by=SYSTEM)
    actions.notify(user, sentence=ASKED, link_name="account", by=SYSTEM, about="matter-1")
    waiting = queries.waiting_for(user)
    assert [(each.sentence, each.link_name) for each in waiting] == [(ASKED, "account")]
    assert actions.finish(user, about="matter-1", by=SYSTEM) == 1
    assert queries.waiting_for(user) == ()


def test_the_same_thing_is_not_said_twice() -> None:
    user = accounts.create_user("priya", name="Priya", by=SYSTEM)
    first = actions.notify(user, sentence=ASKED, link_name="account", by=SYSTEM, about="matter-1")
    entries = Entry.objects.count()
    again = actions.notify(user, sentence=ASKED, link_name="account", by=SYSTEM, about="matter-1")
    assert (first, Entry.objects.count()) == (again, entries)


def test_nobody_is_told_what_waits_for_another() -> None:
    priya = accounts.create_user("priya", name="Priya", by=SYSTEM)
    tom = accounts.create_user("tom", name="Tom", by=SYSTEM)
    actions.notify(priya, sentence=ASKED, link_name="account", by=SYSTEM)
    assert queries.waiting_for(tom) == ()
