"""Which window an expectation comes from, and whether the region has made a starting value its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from assay.access.accounts.models import User
from assay.assurance.duties import calibration
from assay.assurance.duties.catalogue import duties, uncalibrated
from assay.assurance.duties.types import Duty
from assay.assurance.oversight.models import Adoption
from assay.assurance.oversight.types import Scale
from assay.core import policy
from assay.core.policy import Policy, Window
from assay.records.store import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValue:
    """A window as the region's page shows it: what it is, which duties read it, and who adopted it when."""

    window: Window
    duties: tuple[Duty, ...]
    adopted_on: date | None
    adopted_by: str

    @property
    def needs_adopting(self) -> bool:
        return self.window.confidence == "assumed"


@cache
def shipped_policy() -> Policy:
    """The policy pack, read once: it is part of the programme."""
    return policy.load()


def duties_by_code() -> Mapping[str, Duty]:
    """Each duty as it stands here. The synthetic calibration counts in a demonstration alone; elsewhere a
    duty is on by the reads that the region made of its own lapses, in a file beside its records."""
    return _standing_here(settings.DEMONSTRATION, settings.HOME / calibration.FILE)


@cache
def _standing_here(demonstration: bool, file: Path) -> Mapping[str, Duty]:
    if demonstration:
        return {each.code: each for each in duties()}
    own = calibration.read(file) if file.is_file() else None
    made = duties(by=own) if own is not None and own.kind == "reads" else uncalibrated()
    return {each.code: each for each in made}


@cache
def scale_on(day: date) -> Scale:
    """How the policy of the day weighs a lapse."""
    pack = shipped_policy()
    with_plan = {
        duty.code: pack.window(name, on=day).value
        for duty in duties()
        for name in duty.windows
        if name.endswith("_severity_child_protection")
    }
    return Scale(
        rise=pack.window("severity_rise", on=day).value,
        overdue=pack.window("severity_overdue", on=day).value,
        with_plan=with_plan,
    )


def is_time(window: Window) -> bool:
    """Whether it is a length of time, not a threshold of severity or a count."""
    return window.unit not in ("level", "count")


def adoptions() -> Mapping[tuple[str, str, str, str], date]:
    """When each value was adopted, by region, window, value and unit: another value needs adopting anew."""
    rows = Adoption.objects.filter(withdrawn_on=None)
    return {(row.region_code, row.window, row.value, row.unit): row.adopted_on for row in rows}


def policy_values(reader: Reader, *, user: User, region: str) -> tuple[PolicyValue, ...]:
    """Every window of time that a duty reads, starting values first."""
    assert reader.pair is not None
    on = reader.pair.night.as_at
    adopted = {
        each.window: each
        for each in Adoption.objects.select_related("by").filter(region_code=region, withdrawn_on=None)
    }
    readers: dict[str, list[Duty]] = {}
    for duty in duties():
        for name in duty.windows:
            readers.setdefault(name, []).append(duty)
    found = []
    for name, of in readers.items():
        window = _window(name, on=on)
        if window is None or not is_time(window):
            continue
        held = adopted.get(name)
        if held is not None and (held.value, held.unit) != (str(window.value), window.unit):
            held = None
        found.append(
            PolicyValue(
                window=window,
                duties=tuple(of),
                adopted_on=held.adopted_on if held else None,
                adopted_by=held.by.name if held else "",
            )
        )
    return tuple(sorted(found, key=lambda each: (not each.needs_adopting, each.window.name)))


def _window(name: str, *, on: date) -> Window | None:
    try:
        return shipped_policy().window(name, on=on)
    except LookupError:
        return None
