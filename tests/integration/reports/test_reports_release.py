from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from assay.access.audit.models import Entry
from assay.core.errors import Refused
from assay.inspection.programmes.models import Inspection
from assay.inspection.recommendations import actions as recommending
from assay.inspection.recommendations.models import Recommendation
from assay.inspection.recommendations.types import Addressee
from assay.inspection.reports import actions, queries
from assay.inspection.reports.models import Report, Step, Writer
from tests.factories import inspections, reports
from tests.factories.inspections import nothing_written

pytestmark = pytest.mark.django_db
ROWS = (Report, Step, Writer, Inspection)


def test_a_report_waits_for_the_last_signature_and_for_moderation(cast, inspectorate):
    unread = inspections.sealed(cast).inspection
    with nothing_written(*ROWS), pytest.raises(Refused, match="once every case is signed"):
        actions.begin(unread, by=cast.lead_inspector, synthetic=True)


def test_the_author_cannot_release(cast, inspectorate):
    report = reports.ready(cast)
    with nothing_written(*ROWS), pytest.raises(Refused):
        actions.release(report, by=cast.lead_inspector)
    assert queries.released(report.slug) is None


@pytest.mark.parametrize("who", ["inspector", "stranger", "spo", "practitioner_elsewhere"])
def test_nobody_without_the_part_releases_writes_or_reads_a_draft(cast, inspectorate, who):
    report, user = reports.ready(cast), getattr(cast, who)
    for refused in (
        lambda: actions.release(report, by=user),
        lambda: actions.send_back(report, by=user, note="no"),
        lambda: actions.write(report, by=user, title="t", judgement="j", limits=""),
        lambda: queries.content(report, user=user),
    ):
        with nothing_written(*ROWS), pytest.raises(Refused):
            refused()


def test_a_draft_cannot_be_released_before_it_is_sent(cast, inspectorate):
    report = reports.draft(cast)
    with nothing_written(*ROWS), pytest.raises(Refused, match="is a draft"):
        actions.release(report, by=cast.publisher)


def test_a_report_without_a_judgement_is_not_sent(cast, inspectorate):
    report = actions.begin(reports.read(cast), by=cast.lead_inspector, synthetic=True)
    with nothing_written(*ROWS), pytest.raises(Refused, match="Chief Inspector"):
        actions.send_for_release(report, by=cast.lead_inspector)


def test_the_database_itself_refuses_one_person_twice(cast, inspectorate):
    report = reports.released(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(released_by=report.author)


def test_release_freezes_figures_and_words_and_logs_a_disclosure_to_the_public(cast, inspectorate):
    report = reports.released(cast)
    found = queries.released(report.slug)
    assert found is not None
    assert found.hash == found.content.hash == report.content_hash
    headline = found.content.headlines[0]
    assert (headline.id, headline.numerator, headline.denominator) == ("effective-work", 15, 30)
    report.inspection.refresh_from_db()
    assert report.inspection.state == "published"
    entry = Entry.objects.filter(verb="disclosure").get()
    assert (entry.what, entry.recipient, entry.actor_key) == (
        "A report was released",
        "the public",
        str(cast.publisher.uuid),
    )


def test_a_released_report_stays_as_it_is(cast, inspectorate):
    report = reports.released(cast)
    for refused in (
        lambda: actions.write(report, by=cast.lead_inspector, title="t", judgement="j", limits=""),
        lambda: actions.release(report, by=cast.publisher),
        lambda: actions.send_back(report, by=cast.publisher, note="no"),
        lambda: actions.send_for_release(report, by=cast.lead_inspector),
    ):
        with nothing_written(*ROWS), pytest.raises(Refused, match="stays as it is"):
            refused()


def test_what_was_changed_behind_our_back_is_not_shown(cast, inspectorate):
    report = reports.released(cast)
    tampered = dict(report.content)
    tampered["findings"] = [{**tampered["findings"][0], "numerator": 16}, *tampered["findings"][1:]]
    Report.objects.filter(pk=report.pk).update(content=tampered)
    with pytest.raises(AssertionError, match="not what was released"):
        queries.released(report.slug)


def test_a_new_version_needs_a_note_and_leaves_the_old_one_standing(cast, inspectorate):
    first = reports.released(cast)
    with nothing_written(*ROWS), pytest.raises(Refused, match="note"):
        actions.begin(first.inspection, by=cast.lead_inspector, synthetic=True)
    second = actions.begin(
        first.inspection, by=cast.lead_inspector, synthetic=True, revision_note="A name was wrong."
    )
    assert (second.slug, second.version, second.judgement) == (first.slug, 2, first.judgement)
    assert queries.released(first.slug).version == 1
    actions.release(actions.send_for_release(second, by=cast.lead_inspector), by=cast.publisher)
    newest, old = queries.released(first.slug), queries.released(first.slug, version=1)
    assert (newest.version, newest.content.revision_note) == (2, "A name was wrong.")
    assert (old.version, old.newest, old.hash) == (1, False, first.content_hash)
    assert queries.released_versions(first.slug) == (2, 1)


def test_synthetic_once_is_synthetic_in_every_later_version(cast, inspectorate):
    first = reports.released(cast)
    second = actions.begin(first.inspection, by=cast.lead_inspector, synthetic=False, revision_note="n")
    assert second.synthetic is True


def test_sent_back_it_is_a_draft_again_and_the_inspection_with_it(cast, inspectorate):
    report = reports.ready(cast)
    with nothing_written(*ROWS), pytest.raises(Refused, match="Say what has to be changed"):
        actions.send_back(report, by=cast.publisher, note=" ")
    back = actions.send_back(report, by=cast.publisher, note="The second paragraph says too much.")
    back.inspection.refresh_from_db()
    assert (back.state, back.inspection.state) == ("draft", "moderated")
    assert [each.note for each in back.steps.all()][-1] == "The second paragraph says too much."


def test_who_worded_a_recommendation_does_not_release(cast, inspectorate):
    report = reports.ready(cast)
    Recommendation.objects.create(
        inspection=report.inspection,
        addressee="region",
        position=1,
        theme="t",
        text="x",
        made_by=cast.publisher,
        made_at=report.begun_at,
    )
    with nothing_written(*ROWS), pytest.raises(Refused, match="second person"):
        actions.release(report, by=cast.publisher)


def test_recommendations_are_numbered_and_a_text_not_in_our_source_is_none(cast, inspectorate):
    made = reports.read(cast)
    for theme, text in (("One", "Do this."), ("Two", None), ("Three", "Do that.")):
        recommending.recommend(
            made, by=cast.lead_inspector, addressee=Addressee.REGION, theme=theme, text=text
        )
    second = Recommendation.objects.get(theme="Two")
    assert (second.text, second.text_known) == ("", False)
    recommending.withdraw(made, by=cast.lead_inspector, uuid=Recommendation.objects.get(theme="One").uuid)
    assert [(each.position, each.theme) for each in Recommendation.objects.all()] == [
        (1, "Two"),
        (2, "Three"),
    ]
    with nothing_written(Recommendation), pytest.raises(Refused):
        recommending.recommend(
            made, by=cast.inspector, addressee=Addressee.REGION, theme="Four", text="Do it."
        )
    with nothing_written(Recommendation), pytest.raises(Refused, match="needs its text"):
        recommending.recommend(
            made, by=cast.lead_inspector, addressee=Addressee.REGION, theme="Four", text=" "
        )


def test_a_recommendation_taken_back_later_stays_in_what_was_released(cast, inspectorate):
    made = reports.read(cast)
    one = recommending.recommend(
        made, by=cast.lead_inspector, addressee=Addressee.HMPPS, theme="Sharing", text="Agree on it."
    )
    report = reports.released(cast, inspection=made)
    recommending.withdraw(made, by=cast.lead_inspector, uuid=one.uuid)
    assert [each.theme for each in queries.released(report.slug).content.recommendations] == ["Sharing"]


def test_the_address_of_another_inspection_of_the_same_name_is_another(cast, inspectorate):
    from assay.inspection.reports.actions import _free_slug

    report = reports.draft(cast)
    assert report.slug == "invented-region-2026"
    assert _free_slug(report.inspection) == "invented-region-2026-2"


def test_both_databases_hold_the_constraints():
    names = set()
    with connection.cursor() as cursor:
        names = set(connection.introspection.get_constraints(cursor, Report._meta.db_table))
    assert {"reports_version_once", "reports_released_whole", "reports_second_person"} <= names
