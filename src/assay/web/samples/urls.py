"""Pages of the frame, the sample and its allocation, for the lead."""

from __future__ import annotations

from assay.access.accounts.permissions import for_roles
from assay.access.accounts.roles import Role
from assay.web.routes import route
from assay.web.samples import lists, views

LEAD = for_roles(Role.LEAD_INSPECTOR)

urlpatterns = [
    route("inspections/<uuid:uuid>/frame/", views.frame, permission=LEAD, name="frame"),
    route("inspections/<uuid:uuid>/long-list/", lists.long_list, permission=LEAD, name="long-list"),
    route("inspections/<uuid:uuid>/sample/", views.sample, permission=LEAD, name="sample"),
    route("inspections/<uuid:uuid>/sample/receipt.json", views.receipt, permission=LEAD, name="receipt"),
    route("inspections/<uuid:uuid>/allocation/", views.allocation, permission=LEAD, name="allocation"),
    route("inspections/<uuid:uuid>/conflict/", views.conflict, permission=LEAD, name="conflict"),
    route("cases/<uuid:uuid>/reader/", views.give, permission=LEAD, name="case-reader"),
    route("cases/<uuid:uuid>/replace/", views.replace, permission=LEAD, name="case-replace"),
]
