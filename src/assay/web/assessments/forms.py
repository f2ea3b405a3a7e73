"""What is asked about a case besides its questions."""

from __future__ import annotations

from typing import Any

from django.forms import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.core.standards.types import Fact, FactValue, Framework
from assay.inspection.assessments.types import FactGiven
from assay.web.assessments.presenters import fact_name
from assay.web.components.forms import (
    GovDateField,
    GovForm,
    NumberField,
    RadioField,
    TextField,
    WordsField,
)

YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class FactsForm(GovForm):
    """The facts of a case, each with what the record says. Any may wait; which must not, signing says.

    What the assessor gave as the risk is the record's to say; without a record the reader is asked.
    """

    says_optional = False

    def __init__(
        self,
        *args: Any,
        framework: Framework,
        given: dict[str, FactGiven],
        has_record: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for fact in framework.facts:
            if fact.code != "rosh_assessor" or not has_record:
                self.fields[fact.code] = _field(fact, given[fact.code])

    def facts(self, framework: Framework) -> dict[str, FactValue]:
        """The cleaned answers as facts; what was left open is left out."""
        found: dict[str, FactValue] = {}
        for code, value in self.cleaned_data.items():
            if value not in ("", None):
                found[code] = value == "yes" if framework.fact(code).kind == "yes_no" else value
        return found


def _field(fact: Fact, given: FactGiven) -> Field:
    hint = " ".join(_(each) for each in fact.look_for)
    if given.from_record is not None:
        hint = _("The record says: %(value)s.") % {"value": fact_name(fact, given.from_record)} + " " + hint
    value = given.value
    if fact.kind == "number":
        return NumberField(
            label=_(fact.label),
            help_text=hint,
            required=False,
            initial=value,
            width=5,
            min_value=0,
            max_value=100_000,
        )
    if fact.kind == "yes_no":
        initial = None if value is None else "yes" if value else "no"
        return RadioField(
            label=_(fact.label), help_text=hint, required=False, choices=YES_NO, initial=initial, inline=True
        )
    choices = [(each.value, _(each.label)) for each in fact.choices]
    return RadioField(label=_(fact.label), help_text=hint, required=False, choices=choices, initial=value)


class NotedForm(GovForm):
    """What the reader saw elsewhere, where no record was brought in with the case."""

    on = GovDateField(label=gettext_lazy("Day of the entry"))
    kind = TextField(
        label=gettext_lazy("What kind of entry it is"),
        max_length=80,
        help_text=gettext_lazy("For example: contact, assessment, plan, reply from children’s services."),
    )
    note = WordsField(
        label=gettext_lazy("What it says, in a sentence"),
        rows=3,
        limit=200,
        help_text=gettext_lazy("Name nobody. Where it can be found again is enough."),
    )


class InterviewForm(GovForm):
    """Held on a day, or not held because."""

    held_on = GovDateField(label=gettext_lazy("Day of the interview"), required=False)
    not_because = WordsField(
        label=gettext_lazy("Or why the practitioner was not interviewed"), required=False, rows=2, limit=500
    )


class RemarkForm(GovForm):
    """Something the practitioner said."""

    said = WordsField(label=gettext_lazy("What the practitioner said"), rows=3, limit=2000)
    on_record = RadioField(
        label=gettext_lazy("Is it on the record too?"),
        choices=(
            ("yes", gettext_lazy("Said, and on record")),
            ("no", gettext_lazy("Said, but not on record")),
        ),
    )


class MissedForm(GovForm):
    """A missed opportunity."""

    happened_on = GovDateField(label=gettext_lazy("When it was"))
    who = TextField(
        label=gettext_lazy("Who could have acted"),
        max_length=200,
        help_text=gettext_lazy("A role or an agency, not a name."),
    )
    known = WordsField(label=gettext_lazy("What was known then"), rows=3, limit=2000)


class FlagForm(GovForm):
    """Good practice, or a risk."""

    kind = RadioField(
        label=gettext_lazy("What it is"),
        choices=(
            ("good_practice", gettext_lazy("Good practice worth telling")),
            ("risk", gettext_lazy("A risk somebody must hear of now")),
        ),
    )
    note = WordsField(label=gettext_lazy("In a sentence or two"), rows=3, limit=2000)
