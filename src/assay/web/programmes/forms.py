"""What is asked to make an inspection and to name its people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.access.accounts.queries import people_with_role
from assay.access.accounts.roles import Role
from assay.core.standards import frameworks, load
from assay.core.standards.types import Framework
from assay.inspection.programmes.rules import WEEKS_BEFORE
from assay.inspection.samples.store import regions_loaded
from assay.records.codes import delivery_units
from assay.web.components.forms import (
    CheckboxesField,
    GovDateField,
    GovForm,
    NumberField,
    SelectField,
    TextField,
)


def regions() -> list[tuple[str, str]]:
    """The regions an inspection can be of: those with records loaded, then the published ones, by name."""
    published = {(each.region_code, each.region) for each in delivery_units()}
    loaded = set(regions_loaded())
    return sorted(loaded, key=_by_name) + sorted(published - loaded, key=_by_name)


def _newest_first() -> list[Framework]:
    """The frameworks in force before those that are closed, and the newest of each first."""
    found = sorted(map(load, frameworks()), key=lambda each: each.effective_on, reverse=True)
    return sorted(found, key=lambda each: each.closed_on is not None)


def _by_name(region: tuple[str, str]) -> str:
    return region[1]


class InspectionForm(GovForm):
    """A new inspection. Whether its dates fit is asked by the action."""

    name = TextField(label=_("Name of the inspection"), max_length=200)
    region = SelectField(label=_("Region"))
    framework = SelectField(label=_("Framework"))
    announced_on = GovDateField(
        label=_("Day of the announcement"),
        help_text=_("The frame is fixed on the last records before this day."),
    )
    fieldwork_on = GovDateField(label=_("First day of fieldwork"))
    fieldwork_ends_on = GovDateField(label=_("Last day of fieldwork"))
    earliest = NumberField(
        label=_("Orders and licences that began at most this many weeks before fieldwork"),
        initial=WEEKS_BEFORE[0],
        width=3,
        min_value=0,
        max_value=520,
        help_text=_("32 to 27 weeks is what three published inspections used; change it if yours differs."),
    )
    latest = NumberField(
        label=_("And at least this many weeks before fieldwork"),
        initial=WEEKS_BEFORE[1],
        width=3,
        min_value=0,
        max_value=520,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("region", regions())
        self._choose("framework", [(each.id, each.name) for each in _newest_first()])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class PeopleForm(GovForm):
    """Who reads, and who releases the report."""

    inspectors = CheckboxesField(label=_("Inspectors, who read cases"), required=False)
    publishers = CheckboxesField(
        label=_("Publisher, the second person who releases the report"), required=False
    )

    def __init__(self, *args: Any, region_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, role in (("inspectors", Role.INSPECTOR), ("publishers", Role.PUBLISHER)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            people = people_with_role(role, unit_code=region_code)
            field.choices = [(str(each.uuid), each.name) for each in people]
