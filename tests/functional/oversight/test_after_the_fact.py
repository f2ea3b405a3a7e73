"""Duties of a day or of hours say that a night tells of them too late, unless events tell in time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from assay.records.sources.domain_events import take_messages
from assay.records.sources.domain_events.taking import lines_in
from assay.records.sources.quarantine import Quarantine
from tests.factories.domain_events import event, lines, message
from tests.factories.oversight import Lapse, World
from tests.functional.oversight.asking import page, person

CRN = "X900001"


def labelled(world: World, user: Any) -> list[str]:
    """The duties the person's page calls told after the fact."""
    body = page(user, person(CRN))
    names = re.findall(
        r'details__summary-text">([^<]*)</span>((?:(?!</summary>).)*After the fact)?', body, re.S
    )
    return [name for name, label in names if label]


@pytest.fixture
def missed(world: World) -> World:
    world.attach([Lapse(crn=CRN, duty=duty, anchor=duty) for duty in ("S01", "S19", "S21")])
    return world


def told(world: World, *kinds: str, at: datetime) -> None:
    events = [message(f"{kind}-{at}", event(kind, facts={}, occurredAt=at.isoformat())) for kind in kinds]
    found = lines_in(lines(*events), file="messages.jsonl")
    take_messages(found, home=world.home / "records", at=at, quarantine=Quarantine(Fraction(0)))


def test_a_night_is_too_late_for_hours_and_for_the_same_day(missed: World, cast: Any) -> None:
    assert labelled(missed, cast.spo) == ["Steps of a recall", "Management oversight"]
    body = page(cast.spo, person(CRN))
    assert "A nightly extract comes too late to prompt anybody within 24 hours." in body


def test_events_lift_the_label_while_they_come(missed: World, cast: Any) -> None:
    now = datetime.now(UTC)
    begun, concluded = "enforcement.recall.raised", "prison-recall.recommendation.management-oversight"
    told(missed, begun, at=now)
    assert "Steps of a recall" in labelled(missed, cast.spo), "a decision whether to recall is not told of"
    told(missed, concluded, at=now)
    assert labelled(missed, cast.spo) == ["Management oversight"], "an arrest is in no event"


def test_the_label_comes_back_when_events_stop(missed: World, cast: Any) -> None:
    before = datetime.now(UTC) - timedelta(days=3)
    told(missed, "enforcement.recall.raised", "prison-recall.recommendation.consideration", at=before)
    assert "Steps of a recall" in labelled(missed, cast.spo)
