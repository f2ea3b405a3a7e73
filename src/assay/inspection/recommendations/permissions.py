"""Who may word an inspection's recommendations."""

from __future__ import annotations

from assay.access.accounts.permissions import Someone, check_role
from assay.access.accounts.roles import Role


def check_recommend(user: Someone) -> None:
    """Lead inspectors only."""
    check_role(user, Role.LEAD_INSPECTOR)
