from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from odfdo import Document
from pypdf import PdfReader

from assay.access.audit.models import Entry, EntrySubject
from assay.inspection.findings.definitions import AnswerIs
from assay.inspection.reports.models import Report, Step
from assay.web.findings import presenters as shown_definitions
from assay.web.public import presenters as public
from tests.factories import reports
from tests.factories.inspections import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client, inspectorate):
    return client


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def file_of(client, report, name, version=1):
    return client.get(reverse("public-report-file", args=(report.slug, version, name)))


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_nothing_of_a_report_is_public_before_its_release(client, cast):
    report = reports.ready(cast)
    for address in (
        reverse("public-report", args=(report.slug,)),
        reverse("public-report-version", args=(report.slug, 1)),
        reverse("public-report-file", args=(report.slug, 1, "report.pdf")),
        reverse("public-report-file", args=(report.slug, 1, "report.json")),
        reverse("public-definition", args=(report.slug, "effective-work")),
    ):
        assert client.get(address).status_code == 404
    home = client.get(reverse("public-home"))
    assert report.title not in text_of(home)
    assert "No report has been released here yet" in text_of(home)


def test_a_released_report_is_read_signed_out(client, cast):
    report = reports.released(cast)
    assert report.title in text_of(client.get(reverse("public-home")))
    page = client.get(reverse("public-report", args=(report.slug,)))
    shown = text_of(page)
    assert page.status_code == 200
    for words in (
        "Effective work was done to keep people safe in 15 of 30 assignments.",
        "Leaders wanted to keep people safe.",
        "Synthetic: none of the people or cases in this report exist.",
        "Interval: Wilson, by strata.",
        "Interval: exact hypergeometric.",
        "Wilson&#39;s, by the strata of the draw, each case weighing by its chance of being drawn;",
        "Short notice.",
        "There are no recommendations.",
        "Open Government Licence v3.0",
        report.content_hash,
    ):
        assert words in shown, words
    assert not re.search(r"\b(Outstanding|Inadequate|Requires improvement)\b", shown)
    groups = ("The work as a whole", "The four stages of the work", "Information from the police")
    assert sorted(groups, key=shown.index) == list(groups)
    assert "style=" not in page.content.decode().split("<main", 1)[1]


def test_no_case_or_reader_leaves_with_a_report(client, cast):
    report = reports.released(cast)
    written = json.dumps(report.content)
    for secret in ("N52A-", "X90", cast.inspector.name, cast.lead_inspector.name, "case_ref"):
        assert secret not in written


def test_the_pdf_is_tagged_titled_in_a_language_and_its_chart_has_words(client, cast):
    report = reports.released(cast)
    response = file_of(client, report, "report.pdf")
    assert response["Content-Type"] == "application/pdf"
    read = PdfReader(io.BytesIO(response.content))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert root["/Lang"].startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata.title == report.title
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    kinds, alternatives = tags_of(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds
    assert any("15 of 30, 50%" in each for each in alternatives)
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert "Synthetic: none of the people or cases in this report exist." in text
    assert text.count("Synthetic") >= len(read.pages)
    assert "15 of 30" in text


def tags_of(node) -> tuple[set[str], list[str]]:
    kinds, alternatives, waiting = set(), [], [node]
    while waiting:
        each = waiting.pop().get_object()
        if isinstance(each, list):
            waiting += each
        elif hasattr(each, "get"):
            kinds.add(str(each.get("/S", "")))
            alternatives += [str(each["/Alt"])] if "/Alt" in each else []
            waiting += [each["/K"]] if "/K" in each and not isinstance(each["/K"], int) else []
    return kinds, alternatives


def test_a_report_of_bases_too_small_for_a_chart_has_none_and_is_a_pdf_all_the_same(client, cast):
    report = reports.released(cast, inspection=reports.read(cast, size=4))
    page = text_of(client.get(reverse("public-report", args=(report.slug,))))
    assert "2 of 4 base too small -" in page
    assert "Methods used here" not in page
    assert "The chart as SVG" not in page
    assert file_of(client, report, "chart.svg").status_code == 404
    read = PdfReader(io.BytesIO(file_of(client, report, "report.pdf").content))
    kinds, _ = tags_of(read.trailer["/Root"]["/StructTreeRoot"])
    assert "/H1" in kinds
    assert "2 of 4" in " ".join(each.extract_text() for each in read.pages)


def test_the_same_release_is_the_same_pdf(client, cast):
    report = reports.released(cast)
    assert file_of(client, report, "report.pdf").content == file_of(client, report, "report.pdf").content


def test_words_a_person_wrote_are_not_run_in_the_pdf(client, cast):
    made = reports.begin(cast, judgement='#panic() $x$ *bold* @cite <label> \\ "quoted" #sys.inputs')
    response = file_of(client, made, "report.pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    assert "#panic() $x$ *bold* @cite <label>" in " ".join(text.split())


def test_every_file_carries_the_synthetic_mark_inside(client, cast):
    report = reports.released(cast)
    rows = rows_of(file_of(client, report, "findings.csv"))
    assert {each["synthetic"] for each in rows} == {"Synthetic"}
    first = rows[0]
    assert (first["id"], first["numerator"], first["denominator"], first["unit"]) == (
        "effective-work",
        "15",
        "30",
        "assignment",
    )
    sheet = Document(io.BytesIO(file_of(client, report, "findings.ods").content)).body.tables[0]
    values = [[str(value) for value in row if value is not None] for row in sheet.iter_values()]
    assert any("Synthetic" in value for row in values[:3] for value in row)
    assert json.loads(file_of(client, report, "report.json").content)["synthetic"] is True
    svg = file_of(client, report, "chart.svg").content.decode()
    assert "Synthetic: none of these people exist</text>" in svg
    assert ">15 of 30</t" in svg
    assert "style=" not in svg
    assert file_of(client, report, "passwd").status_code == 404


def test_a_report_of_real_readings_carries_no_synthetic_mark(client, cast):
    report = reports.released(cast, synthetic=False)
    assert "Synthetic" not in file_of(client, report, "findings.csv").content.decode("utf-8-sig")
    assert "Synthetic" not in file_of(client, report, "chart.svg").content.decode()


def test_every_figure_of_a_report_opens_to_its_definition(client, cast):
    report = reports.released(cast)
    page = client.get(reverse("public-report", args=(report.slug,))).content.decode()
    links = set(re.findall(r'href="([^"]*/definitions/[^"]*)"', page))
    assert len(links) == len(report.content["findings"])
    for address in (
        reverse("public-definition", args=(report.slug, "oversight-absent")),
        reverse("public-definition-version", args=(report.slug, 1, "oversight-absent")),
    ):
        shown = text_of(client.get(address))
        assert "(O1a) is answered Yes" in shown
        assert "(O1b) is answered No" in shown
        assert "0 of 30: 0%; 95% interval 0% to 8%; method: exact hypergeometric" in shown
        assert "exact where fewer than 10 were counted" in shown
        assert f"SHA-256 {report.content['method']['definitions_hash']}" in shown
    assert "The cases behind this figure" not in shown
    assert client.get(reverse("public-definition", args=(report.slug, "nonsense"))).status_code == 404


def test_a_definition_that_has_not_changed_since_the_release_says_so(client, cast):
    report = reports.released(cast)
    shown = text_of(client.get(reverse("public-definition", args=(report.slug, "effective-work"))))
    assert "It has not changed since." in shown
    assert report.content["method"]["definitions_hash"] in shown
    assert "The definition today" not in shown


def later_definitions(monkeypatch, *, without: str = "") -> str:
    """What a later version of the file would be: other bytes, other words, maybe a finding fewer."""
    today = public.definitions("dynamic-public-protection-2025")
    findings = tuple(
        replace(each, population="cases of another kind", denominator=AnswerIs("O1a", ("yes",)))
        for each in today.findings
        if each.id != without
    )
    later = replace(today, findings=findings, version="99", hash="f" * 64)
    for module in (public, shown_definitions):
        monkeypatch.setattr(module, "definitions", lambda framework: later)
    return today.hash


def test_a_definition_that_changed_since_the_release_stands_apart_from_the_released_one(
    client, cast, monkeypatch
):
    report = reports.released(cast)
    old = later_definitions(monkeypatch)
    page = client.get(reverse("public-definition", args=(report.slug, "effective-work"))).content.decode()
    assert "The definitions have changed since this report was released." in page
    released, today = page.split('id="today"', 1)
    released = released.split('id="as-released"', 1)[1]
    population = next(
        each["population"] for each in report.content["findings"] if each["id"] == "effective-work"
    )
    assert old in released
    assert population in released
    assert "(E1) is answered Yes or No" in released
    assert "(E1) is answered Yes or No" not in today
    assert "(O1a) is answered Yes" in today
    assert "cases of another kind" not in released
    assert "cases of another kind" in today
    assert "f" * 64 in today
    assert "was not counted by this" in today
    assert "It has not changed since." not in page


def test_a_figure_that_is_no_longer_defined_still_shows_what_it_was(client, cast, monkeypatch):
    report = reports.released(cast)
    later_definitions(monkeypatch, without="effective-work")
    response = client.get(reverse("public-definition", args=(report.slug, "effective-work")))
    assert response.status_code == 200
    assert "This figure is no longer defined." in text_of(response)
    assert "15 of 30 assignments" in text_of(response)


def test_an_earlier_version_stays_and_says_so(client, cast):
    first = reports.released(cast)
    reports.release_again(cast, first, note="The unit's name was wrong.")
    newest = text_of(client.get(reverse("public-report", args=(first.slug,))))
    assert "What changed in this version: The unit&#39;s name was wrong." in newest
    response = client.get(reverse("public-report-version", args=(first.slug, 1)))
    old = text_of(response)
    assert "This is an earlier version" in old
    assert first.content_hash in old
    definition = reverse("public-definition-version", args=(first.slug, 1, "effective-work"))
    assert f'href="{definition}"' in response.content.decode()
    assert reverse("public-report-version", args=(first.slug, 1)) in client.get(definition).content.decode()
    assert client.get(definition.replace("version-1", "version-9")).status_code == 404


def unequal(cast):
    """Two cases of three in one PDU, 28 of 97 in the other; the effective ones 16 of 30."""
    return reports.read(cast, sizes={"N52A": 3, "N52B": 97}, readings=[{}] * 16 + [{"E1": "no"}] * 14)


def test_a_weighted_share_that_prints_otherwise_stands_beside_the_plain_one(client, cast):
    report = reports.released(cast, inspection=unequal(cast))
    made = next(each for each in report.content["findings"] if each["id"] == "effective-work")
    assert made["value"] == 16 / 30
    assert made["weighted"] == (3 + 97 * 14 / 28) / 100
    said = "Weighted by each case&#39;s chance of being drawn, the share is 52%."
    page = text_of(client.get(reverse("public-report", args=(report.slug,))))
    assert "16 of 30 53%" in page
    assert said in page
    pdf = PdfReader(io.BytesIO(file_of(client, report, "report.pdf").content))
    written = " ".join(" ".join(each.extract_text() for each in pdf.pages).split())
    assert "being drawn, the share is 52%." in written
    row = rows_of(file_of(client, report, "findings.csv"))[0]
    assert (row["share"], row["weighted_share"], row["method"]) == ("0.5333", "0.515", "Wilson, by strata")
    definition = reverse("public-definition", args=(report.slug, "effective-work"))
    assert "Share weighted by each case&#39;s chance of being drawn 51.5%" in text_of(client.get(definition))
    client.force_login(cast.lead_inspector)
    assert said in text_of(client.get(reverse("findings", args=(report.inspection.uuid,))))
    one = client.get(reverse("finding", args=(report.inspection.uuid, "effective-work")))
    assert said in text_of(one)


def test_the_same_weighted_share_is_not_said_twice(client, cast):
    report = reports.released(cast)
    assert "Weighted by each case" not in text_of(client.get(reverse("public-report", args=(report.slug,))))


def test_where_every_eligible_case_was_read_there_is_no_interval(client, cast):
    report = reports.released(cast, inspection=reports.read(cast, sizes={"N52A": 10, "N52B": 20}))
    page = text_of(client.get(reverse("public-report", args=(report.slug,))))
    assert "15 of 30 50% none: all were read" in page
    assert "50% to 50%" not in page
    definition = reverse("public-definition", args=(report.slug, "effective-work"))
    assert "every eligible case of the base was read, so the draw adds no uncertainty" in text_of(
        client.get(definition)
    )
    assert "no interval since all were read" in file_of(client, report, "chart.svg").content.decode()


@pytest.mark.parametrize(
    ("who", "sees"), [("lead_inspector", True), ("publisher", True), ("inspector", False)]
)
def test_those_allowed_come_from_a_published_figure_to_its_cases(client, cast, who, sees):
    report = reports.released(cast)
    client.force_login(getattr(cast, who))
    page = client.get(reverse("public-definition", args=(report.slug, "effective-work"))).content.decode()
    assert (reverse("finding", args=(report.inspection.uuid, "effective-work")) in page) is sees


def test_a_figure_of_a_draft_leads_to_its_cases(client, cast):
    report = reports.ready(cast)
    client.force_login(cast.publisher)
    page = client.get(reverse("report-preview", args=(report.uuid,))).content.decode()
    assert reverse("finding", args=(report.inspection.uuid, "effective-work")) in page


def test_small_numbers_of_the_sample_are_not_shown(client, cast):
    report = reports.released(cast, inspection=reports.read_with_one_woman(cast))
    profile = {each["title"]: each for each in report.content["profile"]}
    assert [(each["label"], each["shown"]) for each in profile["Sex"]["groups"]] == [
        ("Female", "too few to show"),
        ("Male", "too few to show"),
        ("Not known or another gender", "0"),
    ]


def test_outcomes_are_public_filtered_and_taken_away(client):
    page = client.get(reverse("outcomes"))
    assert "118 of 118 outcomes" in text_of(page)
    assert "These outcomes are real" in text_of(page)
    few = client.get(reverse("outcomes"), {"rating": "Good", "order": "unit", "way": "up"})
    assert "11 of 118 outcomes" in text_of(few)
    assert 'aria-sort="ascending"' in few.content.decode()
    assert "govuk-pagination" not in few.content.decode()
    none = client.get(reverse("outcomes"), {"words": "<script>alert(1)</script>"})
    assert "No published outcome fits" in text_of(none)
    assert "<script>alert" not in none.content.decode()
    rows = rows_of(client.get(reverse("outcomes-file", args=("csv",)), {"rating": "Good"}))
    assert {each["overall"] for each in rows} == {"Good"}
    assert len(rows) == 11
    whole = json.loads(client.get(reverse("outcomes-file", args=("json",))).content)
    assert len(whole["outcomes"]) == 118
    sheet = Document(io.BytesIO(client.get(reverse("outcomes-file", args=("ods",))).content)).body.tables[0]
    assert sheet.height > 118
    assert client.get(reverse("outcomes-file", args=("exe",))).status_code == 404


def test_outcomes_come_in_pages_whose_address_keeps_filter_and_order(client):
    asked = {"rating": "Inadequate", "order": "unit", "way": "up"}
    units: list[str] = []
    for page in (1, 2):
        shown = client.get(reverse("outcomes"), {**asked, "page": page})
        units += re.findall(r'<th scope="row"[^>]*>([^<]+?)\s*<span', shown.content.decode())
        assert f"{1 + 25 * (page - 1)} to {min(25 * page, 39)} of 39." in text_of(shown)
    assert len(units) == 39
    assert units == sorted(units, key=str.casefold)
    other = f"?{urlencode({**asked, 'page': 2})}#all".replace("&", "&amp;")
    assert f'href="{other}"' in client.get(reverse("outcomes"), asked).content.decode()
    for asked_page, kept in (("99", "26 to 39 of 39."), ("0", "1 to 25 of 39."), ("x", "1 to 25 of 39.")):
        assert kept in text_of(client.get(reverse("outcomes"), {**asked, "page": asked_page}))


@pytest.mark.parametrize("who", ["inspector", "stranger"])
def test_figures_before_release_are_for_the_lead_and_the_publisher(client, cast, who):
    report = reports.ready(cast)
    client.force_login(getattr(cast, who))
    uuid = report.inspection.uuid
    with nothing_written(Report, Step):
        for address in (
            reverse("findings", args=(uuid,)),
            reverse("finding", args=(uuid, "effective-work")),
            reverse("report", args=(uuid,)),
            reverse("report-preview", args=(report.uuid,)),
            reverse("report-preview-pdf", args=(report.uuid,)),
        ):
            assert client.get(address).status_code in (403, 404)
        for address in ("report-release", "report-send-back", "report-send"):
            response = client.post(reverse(address, args=(report.uuid,)), {"sure": "on", "note": "x"})
            assert response.status_code in (403, 404)


def test_signed_out_nobody_sees_a_draft(client, cast):
    report = reports.ready(cast)
    response = client.get(reverse("report-preview", args=(report.uuid,)))
    assert response.status_code in (302, 403)
    assert report.title not in response.content.decode()


def test_the_lead_sees_each_figure_and_the_cases_behind_it_and_the_log_says_so(client, cast):
    inspection = reports.read(cast)
    client.force_login(cast.lead_inspector)
    page = text_of(client.get(reverse("findings", args=(inspection.uuid,))))
    assert "Effective work was done to keep people safe in 15 of 30 assignments." in page
    assert "60 orders and licences were eligible." in page
    response = client.get(reverse("finding", args=(inspection.uuid, "effective-work")))
    shown = text_of(response)
    assert shown.count("In the base only") == 15
    assert "(E1) is answered Yes" in shown
    entry = Entry.objects.filter(what="The cases behind a figure were listed").get()
    assert (entry.verb, EntrySubject.objects.filter(entry=entry, kind="sampled case").count()) == (
        "consultation",
        30,
    )
    assert client.get(reverse("finding", args=(inspection.uuid, "nonsense"))).status_code == 404


def test_the_whole_way_from_draft_to_release_in_pages(client, cast):
    inspection = reports.read(cast)
    client.force_login(cast.lead_inspector)
    report_page = reverse("report", args=(inspection.uuid,))
    assert "No report has been begun." in text_of(client.get(report_page))
    response = client.post(reverse("report-begin", args=(inspection.uuid,)))
    report = Report.objects.get()
    assert response["Location"] == reverse("report-write", args=(report.uuid,))
    assert client.get(response["Location"]).status_code == 200
    bad = client.post(reverse("recommend", args=(inspection.uuid,)), {"addressee": "region", "theme": "T"})
    assert "There is a problem" in text_of(bad)
    client.post(
        reverse("recommend", args=(inspection.uuid,)),
        {"addressee": "region", "theme": "Oversight", "not_in_source": "on"},
    )
    given = {"title": "A report", "judgement": "It fell short.", "limits": ""}
    client.post(reverse("report-write", args=(report.uuid,)), given)
    client.post(reverse("report-send", args=(report.uuid,)))
    preview = reverse("report-preview", args=(report.uuid,))
    assert "It waits for the publisher" in text_of(client.get(preview))
    release = reverse("report-release", args=(report.uuid,))
    assert client.post(release, {"sure": "on"}).status_code == 403
    client.force_login(cast.publisher)
    assert "You are the second person" in text_of(client.get(preview))
    assert client.post(release, {})["Location"] == preview
    response = client.post(release, {"sure": "on"})
    assert response["Location"] == reverse("public-report", args=(report.slug,))
    client.logout()
    public = text_of(client.get(response["Location"]))
    assert "It fell short." in public
    assert "Oversight The text is not in our source." in public
