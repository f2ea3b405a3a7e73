"""Pages of inspections."""

from __future__ import annotations

from assay.access.accounts.permissions import for_roles
from assay.access.accounts.roles import Role
from assay.inspection.programmes.permissions import STAFF
from assay.web.programmes import views
from assay.web.routes import route

LEAD = for_roles(Role.LEAD_INSPECTOR)
ANYBODY_HERE = for_roles(*STAFF)

urlpatterns = [
    route("inspections/", views.inspections, permission=ANYBODY_HERE, name="inspections"),
    route("inspections/new/", views.new, permission=LEAD, name="inspection-new"),
    route("inspections/<uuid:uuid>/", views.inspection, permission=ANYBODY_HERE, name="inspection"),
    route("inspections/<uuid:uuid>/people/", views.people, permission=LEAD, name="inspection-people"),
    route("inspections/<uuid:uuid>/announce/", views.announce, permission=LEAD, name="inspection-announce"),
    route("inspections/<uuid:uuid>/moderate/", views.moderate, permission=LEAD, name="inspection-moderate"),
]
