"""Oversight's addresses. Roles open a page here; which people are on it is decided where they are read."""

from __future__ import annotations

from assay.access.accounts.permissions import check_public, for_roles
from assay.access.accounts.roles import Role
from assay.web.accounts.views import home
from assay.web.oversight.views import deeds, lists, people, region, seconds
from assay.web.routes import route

MANAGES = for_roles(Role.SPO, Role.HEAD_OF_PDU)
READS = for_roles(Role.SPO, Role.HEAD_OF_PDU, Role.PRACTITIONER)
HOLDS = for_roles(Role.PRACTITIONER)

urlpatterns = [
    # Whoever comes in by the bare address is led to where their own work begins, or to sign in.
    route("", home, permission=check_public, name="front"),
    route("today/", lists.today, permission=READS, name="today"),
    route("open-work/", lists.open_work, permission=for_roles(Role.SPO), name="open-work"),
    route("people/", people.people, permission=READS, name="people"),
    route("people/<uuid:reference>/", people.person, permission=READS, name="person"),
    route("people/<uuid:reference>/discussion/", deeds.discussion, permission=MANAGES, name="discussion"),
    route("people/<uuid:reference>/ask/", deeds.ask, permission=MANAGES, name="ask"),
    route("people/<uuid:reference>/not-now/", deeds.not_now, permission=MANAGES, name="not-now"),
    route("people/<uuid:reference>/wrong/", deeds.wrong, permission=READS, name="wrong"),
    route(
        "people/<uuid:reference>/ladder/<str:agency>/<str:rung>/", seconds.cite, permission=HOLDS, name="cite"
    ),
    route("paragraphs/<uuid:claim>/", seconds.agree_rung, permission=MANAGES, name="agree-rung"),
    route("texts/<uuid:text>/", deeds.record_text, permission=READS, name="record-text"),
    route("questions/<uuid:ask>/", deeds.reply, permission=HOLDS, name="reply"),
    route("second-opinions/", seconds.second_opinions, permission=MANAGES, name="second-opinions"),
    route("second-opinions/<uuid:dispute>/", seconds.second, permission=MANAGES, name="second"),
    route("short-reads/<uuid:read>/", deeds.short_read, permission=MANAGES, name="short-read"),
    route("matters/<uuid:matter>/close/", deeds.close, permission=MANAGES, name="close-matter"),
    route(
        "supervision/",
        lists.supervision,
        permission=for_roles(Role.SPO, Role.PRACTITIONER),
        name="supervision",
    ),
    route("policy-values/", region.policy_values, permission=for_roles(Role.REGION), name="policy-values"),
    route(
        "limited-access/",
        region.limited_access,
        permission=for_roles(Role.LIMITED_ACCESS_DESK),
        name="limited-access",
    ),
]
