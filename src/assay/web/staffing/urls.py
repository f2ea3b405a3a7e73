"""Staffing's addresses. Roles open a page here; which teams are on it is decided where they are read."""

from __future__ import annotations

from assay.access.accounts.permissions import for_roles
from assay.access.accounts.roles import Role
from assay.web.routes import route
from assay.web.staffing import views

READS = for_roles(Role.SPO, Role.HEAD_OF_PDU, Role.REGION)

urlpatterns = [
    route("staffing/", views.staffing, permission=READS, name="staffing"),
    route("staffing/teams/<str:code>/", views.team, permission=READS, name="staffing-team"),
    route(
        "staffing/workbooks/", views.workbooks, permission=for_roles(Role.REGION), name="staffing-workbooks"
    ),
]
