"""Routes that everybody may open: what was released, and nothing before."""

from __future__ import annotations

from assay.access.accounts.permissions import check_public
from assay.web.public import views
from assay.web.routes import route

urlpatterns = [
    route("", views.home, permission=check_public, name="public-home"),
    route("reports/<slug:slug>/", views.report, permission=check_public, name="public-report"),
    route(
        "reports/<slug:slug>/version-<int:version>/",
        views.report,
        permission=check_public,
        name="public-report-version",
    ),
    route(
        "reports/<slug:slug>/version-<int:version>/<str:name>",
        views.download,
        permission=check_public,
        name="public-report-file",
    ),
    route(
        "reports/<slug:slug>/definitions/<slug:finding>/",
        views.definition,
        permission=check_public,
        name="public-definition",
    ),
    route(
        "reports/<slug:slug>/version-<int:version>/definitions/<slug:finding>/",
        views.definition,
        permission=check_public,
        name="public-definition-version",
    ),
]
