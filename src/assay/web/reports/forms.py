"""What is asked of those who write and release a report."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assay.inspection.recommendations.types import ADDRESSEES
from assay.web.components.forms import GovForm, RadioField, TextField, TickField, WordsField


class WriteForm(GovForm):
    """The words of a report."""

    title = TextField(label=_("Title"), max_length=200)
    judgement = WordsField(
        label=_("The Chief Inspector's judgement"),
        help_text=_("In sentences, without a one-word rating. An empty line begins a new paragraph."),
        rows=12,
        required=False,
    )
    limits = WordsField(
        label=_("Limits of this inspection"),
        help_text=_("What the reader should know that the method note does not say by itself."),
        rows=4,
        required=False,
    )


class RecommendForm(GovForm):
    """One recommendation."""

    addressee = RadioField(
        label=_("To whom"), choices=[(code.value, _(name.id)) for code, name in ADDRESSEES.items()]
    )
    theme = TextField(label=_("Theme, in a few words"), max_length=200)
    text = WordsField(label=_("What should be done"), rows=4, required=False)
    not_in_source = TickField(
        label=_("The text is not in our source"),
        help_text=_("It is then printed as such, and not made up."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("not_in_source") and not given.get("text", "").strip():
            self.add_error("text", _("Say what should be done, or tick that the text is not in our source"))
        return given


class NoteForm(GovForm):
    """Why a report goes back, or what a new version changes."""

    note = WordsField(label=_("What has to change, and why"), rows=4)


class ReleaseForm(GovForm):
    """The second person's word."""

    sure = TickField(
        label=_("I have read this report and its figures, and it can be released to everybody"),
        error_messages={"required": _("Tick to say that you have read it")},
    )
