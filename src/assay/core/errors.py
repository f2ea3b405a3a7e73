"""The three families of error.

``Refused``  a person may not do this, or not now; carries the sentence they read.
``Unfit``    data or a definition is wrong; names file, row and rule, and says what to do next.
``assert``   our own mistakes; never shown to a person as such.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assay.core.messages import Message


class Refused(Exception):
    """A person may not do this. ``message`` is the sentence shown to them."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with what was brought.

    ``row`` counts data rows from 1, as a person sees them below the heading; None where the
    whole file or definition is meant. ``remedy`` says what to do next.
    """

    file: str
    rule: str
    message: Message
    remedy: Message
    row: int | None = None
    column: str | None = None
    value: str | None = None


class Unfit(Exception):
    """What was brought cannot be used; nothing was changed by refusing it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        assert self.problems, "an Unfit says what is wrong"
        super().__init__(f"{len(self.problems)} problem(s), first: {self.problems[0].rule}")
