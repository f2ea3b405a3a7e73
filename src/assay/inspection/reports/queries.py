"""Reads of reports: drafts for those who work on them, released ones for everybody."""

from __future__ import annotations

from uuid import UUID

from assay.access.accounts.permissions import Someone
from assay.core.dates import london_day
from assay.core.standards import load
from assay.inspection.findings.definitions import definitions
from assay.inspection.findings.permissions import can_see_findings
from assay.inspection.findings.queries import gathered
from assay.inspection.programmes import queries as programmes
from assay.inspection.programmes.models import Inspection
from assay.inspection.recommendations.queries import recommendations
from assay.inspection.reports.composing import content_of
from assay.inspection.reports.models import Report
from assay.inspection.reports.permissions import check_read_drafts
from assay.inspection.reports.states import State
from assay.inspection.reports.types import Content, Listed, Released, content_from


def working_version(inspection: Inspection, *, user: Someone) -> Report | None:
    """The version of the inspection's report that is not released yet; None where there is none."""
    check_read_drafts(inspection, user)
    return Report.objects.filter(inspection=inspection).exclude(state=State.RELEASED).first()


def version(uuid: UUID | str, *, user: Someone) -> Report | None:
    """A version by its id; None if there is none or the person has no part in its inspection."""
    found = Report.objects.select_related("inspection", "author").filter(uuid=uuid).first()
    if found is None or programmes.model(found.inspection.uuid, user=user) is None:
        return None
    check_read_drafts(found.inspection, user)
    return found


def versions(inspection: Inspection, *, user: Someone) -> tuple[Report, ...]:
    """Every version, the newest first."""
    check_read_drafts(inspection, user)
    return tuple(Report.objects.filter(inspection=inspection).select_related("author", "released_by"))


def content(report: Report, *, user: Someone) -> Content:
    """What a version says: as it was frozen once released, counted now from the signed readings before."""
    check_read_drafts(report.inspection, user)
    if report.state == State.RELEASED:
        return content_from(report.content)
    framework_id = report.inspection.framework_id
    return content_of(
        gathered(report.inspection, user=user),
        definitions=definitions(framework_id),
        framework=load(framework_id),
        title=report.title,
        inspection=report.inspection.name,
        region=report.inspection.region_name,
        judgement=report.judgement,
        limits=report.limits,
        recommendations=recommendations(report.inspection, user=user),
        synthetic=report.synthetic,
        version=report.version,
        revision_note=report.revision_note,
    )


def released(slug: str, *, version: int | None = None) -> Released | None:
    """The newest released version at a public address, or the one asked for; for everybody.

    A content that no longer hashes to what was released is a fault of ours, and nothing is shown of it.
    """
    found = (
        Report.objects.filter(slug=slug, state=State.RELEASED)
        .select_related("inspection")
        .order_by("-version")
    )
    newest = found.first()
    row = newest if version is None else found.filter(version=version).first()
    if row is None or newest is None:
        return None
    made = content_from(row.content)
    assert made.hash == row.content_hash, "a released report is not what was released"
    assert row.released_at is not None, "a released report has an instant of release"
    return Released(
        uuid=row.uuid,
        slug=row.slug,
        version=row.version,
        framework_id=row.inspection.framework_id,
        released_at=row.released_at,
        content=made,
        hash=row.content_hash,
        newest=row.pk == newest.pk,
    )


def inspection_behind(found: Released, *, user: Someone) -> Inspection | None:
    """The inspection of a released report, for those who may see its figures and the cases behind them."""
    inspection = Report.objects.select_related("inspection").get(uuid=found.uuid).inspection
    return inspection if can_see_findings(inspection, user) else None


def listed() -> tuple[Listed, ...]:
    """The newest released version of each report, the latest first; for everybody."""
    rows = Report.objects.filter(state=State.RELEASED).order_by("slug", "-version")
    newest: dict[str, Report] = {}
    for each in rows:
        newest.setdefault(each.slug, each)
    made = [
        Listed(
            slug=each.slug,
            title=each.title,
            version=each.version,
            released_on=london_day(each.released_at),
            synthetic=each.synthetic,
        )
        for each in newest.values()
        if each.released_at is not None
    ]
    return tuple(sorted(made, key=lambda each: (each.released_on, each.title), reverse=True))


def released_versions(slug: str) -> tuple[int, ...]:
    """The numbers of the versions released at a public address, the newest first; for everybody."""
    rows = Report.objects.filter(slug=slug, state=State.RELEASED).order_by("-version")
    return tuple(rows.values_list("version", flat=True))
