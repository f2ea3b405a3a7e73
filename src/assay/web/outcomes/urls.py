"""Routes of the published outcomes: open to everybody."""

from __future__ import annotations

from assay.access.accounts.permissions import check_public
from assay.web.outcomes import views
from assay.web.routes import route

urlpatterns = [
    route("outcomes/", views.outcomes, permission=check_public, name="outcomes"),
    route(
        "outcomes/published-outcomes.<str:form>",
        views.download,
        permission=check_public,
        name="outcomes-file",
    ),
    route("outcomes/<slug:name>/", views.replay, permission=check_public, name="replay"),
    route("outcomes/<slug:name>/replay.json", views.replay_file, permission=check_public, name="replay-file"),
]
