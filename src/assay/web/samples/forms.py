"""What is asked to draw, to declare a conflict, and to replace a case."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assay.inspection.samples.rules import MIN_PER_PDU, SIZE
from assay.web.components.forms import (
    FileField,
    GovDateField,
    GovForm,
    NumberField,
    SelectField,
    TextField,
    WordsField,
)


def fresh_seed() -> str:
    """A seed nobody chose."""
    return secrets.token_hex(8)


class DrawForm(GovForm):
    """The draw. Drawing seals: there is no second try."""

    size = NumberField(label=_("How many cases"), initial=SIZE, width=4, min_value=1, max_value=10_000)
    min_per_pdu = NumberField(
        label=_("At least this many from each PDU"), initial=MIN_PER_PDU, width=3, min_value=0, max_value=100
    )
    seed = TextField(
        label=_("Seed"),
        max_length=200,
        initial=fresh_seed,
        help_text=_("Made at random. Whoever has it and the frame can draw the same cases again."),
    )


class LongListForm(GovForm):
    """A long list to draw from where no extract was handed over."""

    file = FileField(
        label=_("The long list, an Excel workbook (.xlsx)"),
        help_text=_("10 MB at most. Formulas are not worked out, and names are not kept."),
        error_messages={"required": _("Choose the workbook"), "empty": _("The file is empty")},
    )
    as_at = GovDateField(
        label=_("Day the list speaks for"),
        help_text=_("The last day of the records it was made from: no day after the announcement."),
    )


class ConflictForm(GovForm):
    """A conflict of interest of a reader with a PDU."""

    reader = SelectField(label=_("Inspector"))
    pdu = SelectField(label=_("PDU"))
    reason = TextField(label=_("What the conflict is"), max_length=500)

    def __init__(
        self, *args: Any, readers: list[tuple[str, str]], pdus: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pdus = pdus
        for name, choices in (("reader", readers), ("pdu", pdus)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class ReplaceForm(GovForm):
    """Why a case is replaced."""

    reason = WordsField(
        label=_("Why this case cannot be read"),
        rows=3,
        limit=1000,
        help_text=_(
            "The next case of the same PDU, in the sealed order, takes its place. The reason is kept."
        ),
    )
