"""Routes of an inspection's figures, for its lead and its publisher."""

from __future__ import annotations

from assay.access.accounts.permissions import for_roles
from assay.access.accounts.roles import Role
from assay.web.findings import views
from assay.web.routes import route

may = for_roles(Role.LEAD_INSPECTOR, Role.PUBLISHER)

urlpatterns = [
    route("inspections/<uuid:inspection>/findings/", views.findings, permission=may, name="findings"),
    route(
        "inspections/<uuid:inspection>/findings/<slug:finding>/",
        views.finding,
        permission=may,
        name="finding",
    ),
]
