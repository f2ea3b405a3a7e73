"""Which teams' figures a person sees, and whose team they may see by name. A figure is of a team at least
(promise 6); a list of holders is for that team's own SPO."""

from __future__ import annotations

from dataclasses import dataclass

from assay.access.accounts.permissions import Someone
from assay.access.accounts.queries import units_of
from assay.access.accounts.roles import Role
from assay.assurance.staffing.types import TeamWork

READERS = (Role.SPO, Role.HEAD_OF_PDU, Role.REGION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The units a person's roles are open in; "" is every unit."""

    units: frozenset[str]
    spo: frozenset[str]

    def sees(self, team: TeamWork) -> bool:
        return bool(self.units & {"", team.team_code, team.pdu_code, team.region_code})

    def sees_holders(self, team: TeamWork) -> bool:
        """The team's own SPO. A role over the PDU or the region is not enough."""
        return team.team_code in self.spo


def scope_of(user: Someone) -> Scope:
    """What the open grants say; empty for somebody without such a role."""
    return Scope(units=frozenset(units_of(user, *READERS)), spo=frozenset(units_of(user, Role.SPO)))
