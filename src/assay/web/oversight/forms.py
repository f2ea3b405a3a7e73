"""What oversight asks people. Who may send a form is decided where it is acted on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assay.assurance.oversight.models import Decision
from assay.web.components.forms import (
    CheckboxesField,
    GovDateField,
    GovForm,
    RadioField,
    SelectField,
    TextField,
    TickField,
    WordsField,
)

Choices = Sequence[tuple[str, str]]
DO_NOT_VISIT = "do_not_visit"
LIMIT = 4000
MOVED_ON = _("This has moved on since you opened the page. Look at it again before you decide.")


class MattersForm(GovForm):
    """A form about one person: which of the open things it is about, all of them to begin with."""

    matters = CheckboxesField(
        label=_("What this is about"),
        error_messages={"required": _("Choose at least one"), "invalid_choice": MOVED_ON},
    )

    def __init__(self, *args: Any, choices: Choices, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        field = self.fields["matters"]
        assert isinstance(field, CheckboxesField)
        field.choices = list(choices)
        self.initial.setdefault("matters", [value for value, _text in choices])
        self.has_choice = bool(choices)

    def _ahead(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day <= self.on:
            raise ValidationError(_("Enter a date after the day of the records"))
        return day


class DiscussionForm(MattersForm):
    """Five questions, with the facts filled in."""

    happened_on = GovDateField(label=_("Date of the discussion"))
    facts = WordsField(
        label=_("What the record shows"),
        rows=5,
        limit=LIMIT,
        help_text=_("Filled in from the records. Change what you need to."),
    )
    risk = WordsField(
        label=_("What is the risk?"),
        rows=3,
        limit=LIMIT,
        help_text=_("To whom, of what, and what makes it more likely."),
    )
    unknown = WordsField(label=_("What do we not know?"), rows=3, limit=LIMIT)
    others = WordsField(label=_("Who else should know?"), rows=2, limit=LIMIT)
    change = WordsField(
        label=_("What will be different?"), rows=3, limit=LIMIT, help_text=_("Who does what.")
    )
    by_when = GovDateField(
        label=_("By when?"),
        help_text=_("It comes back to Today on this day if the records do not show it by then."),
    )
    sensitive = TickField(label=_("Mark the nDelius contact as sensitive"), required=False)

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if not self.on - timedelta(days=28) <= day <= self.on + timedelta(days=5):
            raise ValidationError(
                _("Enter a date in the 28 days before the records, or up to five days after")
            )
        return day

    def clean_by_when(self) -> date:
        return self._ahead("by_when")


class AskForm(MattersForm):
    question = WordsField(label=_("What do you want to know?"), rows=4, limit=LIMIT)


class NotNowForm(MattersForm):
    """Not now, because: a reason, an owner, a date. "Do not visit" is offered where a visit is open."""

    kind = RadioField(label=_("What have you decided?"))
    reason = WordsField(label=_("Because"), rows=4, limit=LIMIT)
    owner = TextField(label=_("Who owns this?"), max_length=200)
    review_on = GovDateField(label=_("Look at it again on"))
    sensitive = TickField(label=_("Mark the nDelius contact as sensitive"), required=False)

    def __init__(self, *args: Any, offers_no_visit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (Decision.WAITING_FOR_PARTNER, _("Waiting for a partner")),
            (Decision.DECIDED_NOT_TO, _("Decided not to, for now")),
        ]
        if offers_no_visit:
            choices.insert(0, (DO_NOT_VISIT, _("Do not visit, because of the risk to staff or others")))
        field = self.fields["kind"]
        assert isinstance(field, RadioField)
        field.choices = choices

    def clean_review_on(self) -> date:
        return self._ahead("review_on")


class WrongForm(GovForm):
    """This is wrong, because: about one open thing."""

    matter = RadioField(
        label=_("What is wrong?"),
        error_messages={"required": _("Choose one of the answers"), "invalid_choice": MOVED_ON},
    )
    reason = WordsField(
        label=_("Why is it wrong?"),
        rows=4,
        limit=LIMIT,
        help_text=_("It goes on counting as open until a second person agrees."),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["matter"]
        assert isinstance(field, RadioField)
        field.choices = list(choices)
        self.has_choice = bool(choices)
        if len(choices) == 1:
            self.initial.setdefault("matter", choices[0][0])


class SecondForm(GovForm):
    """A second person agrees or does not."""

    agrees = RadioField(
        label=_("Do you agree that this is wrong?"),
        choices=[("yes", _("Yes, it does not apply")), ("no", _("No, it stands"))],
    )
    reason = WordsField(label=_("If you do not agree, why?"), rows=3, limit=LIMIT, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("agrees") == "no" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why you do not agree"))
        return cleaned


class ReplyForm(GovForm):
    answer = WordsField(label=_("Your reply"), rows=5, limit=LIMIT)
    sensitive = TickField(label=_("Mark the nDelius contact as sensitive"), required=False)


class CiteForm(GovForm):
    """One paragraph written since the answer. The value is the words' id and the paragraph's number."""

    paragraph = RadioField(label=_("Which paragraph?"))

    def __init__(self, *args: Any, choices: Choices, rung: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["paragraph"]
        assert isinstance(field, RadioField)
        field.choices = list(choices)
        field.label = (
            _("Which paragraph uses the answer in the plan?")
            if rung == "used"
            else _("Which paragraph says what the answer means?")
        )


class ShortReadForm(GovForm):
    missed = RadioField(
        label=_("Does anything need attention that Assay did not show?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        inline=True,
    )
    note = WordsField(label=_("What did you find?"), rows=4, limit=LIMIT, required=False)
    sensitive = TickField(label=_("Mark the nDelius contact as sensitive"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("missed") == "yes" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what needs attention"))
        return cleaned


class SearchForm(GovForm):
    search = TextField(label=_("Name or CRN"), width=20, required=False, max_length=100)


class PractitionerForm(GovForm):
    practitioner = SelectField(label=_("Practitioner"))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["practitioner"]
        assert isinstance(field, SelectField)
        field.choices = list(choices)


class KnownOnForm(GovForm):
    """The day to look from: what was written by then, and nothing later."""

    known = GovDateField(label=_("As known on"), required=False)

    def __init__(self, *args: Any, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest

    def clean_known(self) -> date | None:
        day: date | None = self.cleaned_data["known"]
        if day is not None and day > self.latest:
            raise ValidationError(_("Enter a day of the records or before"))
        return day
