"""Routes of a report before it is public: for the inspection's lead and its publisher."""

from __future__ import annotations

from assay.access.accounts.permissions import for_roles
from assay.access.accounts.roles import Role
from assay.web.reports import views
from assay.web.routes import route

lead = for_roles(Role.LEAD_INSPECTOR)
publisher = for_roles(Role.PUBLISHER)
either = for_roles(Role.LEAD_INSPECTOR, Role.PUBLISHER)

urlpatterns = [
    route("inspections/<uuid:inspection>/report/", views.report, permission=either, name="report"),
    route("inspections/<uuid:inspection>/report/begin/", views.begin, permission=lead, name="report-begin"),
    route("inspections/<uuid:inspection>/recommend/", views.recommend, permission=lead, name="recommend"),
    route(
        "inspections/<uuid:inspection>/recommend/<uuid:recommendation>/withdraw/",
        views.withdraw,
        permission=lead,
        name="recommendation-withdraw",
    ),
    route("drafts/<uuid:uuid>/write/", views.write, permission=lead, name="report-write"),
    route("drafts/<uuid:uuid>/", views.preview, permission=either, name="report-preview"),
    route("drafts/<uuid:uuid>/report.pdf", views.preview_pdf, permission=either, name="report-preview-pdf"),
    route("drafts/<uuid:uuid>/send/", views.send, permission=lead, name="report-send"),
    route("drafts/<uuid:uuid>/send-back/", views.send_back, permission=publisher, name="report-send-back"),
    route("drafts/<uuid:uuid>/release/", views.release, permission=publisher, name="report-release"),
]
