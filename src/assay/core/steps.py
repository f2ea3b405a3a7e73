"""A calculation explained: each step with what came of it, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from assay.core.messages import Message

Result = int | str | bool | Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its name, what came of it (points, hours, a level, a tier, yes or no; None for nothing), and
    why. ``outcome`` names the rule that decided; two steps are equal whatever their words."""

    step: str
    result: Result
    outcome: str
    reason: Message = field(compare=False)

    def shown(self) -> dict[str, Result]:
        """As a command prints it."""
        return {"step": self.step, "result": self.result, "reason": self.reason.worded()}
