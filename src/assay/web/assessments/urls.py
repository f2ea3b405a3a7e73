"""Pages of an inspector's cases. Whether a person may open one is asked where it is read."""

from __future__ import annotations

from assay.access.accounts.permissions import for_roles
from assay.access.accounts.roles import Role
from assay.web.assessments import about_views, views
from assay.web.routes import route

READER = for_roles(Role.INSPECTOR)
READER_OR_LEAD = for_roles(Role.INSPECTOR, Role.LEAD_INSPECTOR)

urlpatterns = [
    route("my-cases/", views.readings, permission=READER, name="readings"),
    route("cases/<uuid:uuid>/open/", views.begin, permission=READER, name="reading-begin"),
    route("readings/<uuid:uuid>/", views.reading, permission=READER_OR_LEAD, name="reading"),
    route("readings/<uuid:uuid>/search/", views.search, permission=READER_OR_LEAD, name="reading-search"),
    route("readings/<uuid:uuid>/answer/", views.answer, permission=READER, name="reading-answer"),
    route("readings/<uuid:uuid>/cite/", views.cite, permission=READER, name="reading-cite"),
    route(
        "readings/<uuid:uuid>/cite-elsewhere/", views.cite_noted, permission=READER, name="reading-cite-noted"
    ),
    route("readings/<uuid:uuid>/take-back/", views.take_back, permission=READER, name="reading-take-back"),
    route("readings/<uuid:uuid>/case/", about_views.facts, permission=READER_OR_LEAD, name="reading-facts"),
    route(
        "readings/<uuid:uuid>/interview/",
        about_views.interview,
        permission=READER_OR_LEAD,
        name="reading-interview",
    ),
    route("readings/<uuid:uuid>/marks/", about_views.marks, permission=READER_OR_LEAD, name="reading-marks"),
    route("readings/<uuid:uuid>/remove/", about_views.remove, permission=READER, name="reading-remove"),
    route("readings/<uuid:uuid>/sign/", about_views.sign, permission=READER_OR_LEAD, name="reading-sign"),
]
