"""A whole synthetic service: like practice in its shares, with the difficult cases there on purpose, and each
region fit to be loaded beside the others. The tolerances stand in ``marginals.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assay.records import standard
from assay.records.checks import check
from assay.records.ordering import is_ordered
from assay.records.sources import read_folder
from assay.records.synthetic import demonstration, marginals, names
from assay.records.synthetic.cases import make_cases
from assay.records.synthetic.national import FIRST_CRN, Plan, make_region, regions
from assay.records.synthetic.staff import GRADES, Staff, make_staff
from assay.records.synthetic.waiting import make_waiting
from tests.factories.service import AS_AT, PEOPLE, SEED, Service

SCALE = PEOPLE / marginals.LIVE
DAY = f"DATE '{AS_AT}'"
UNDER = "sentence s WHERE s.started_on IS NOT NULL AND s.ended_on IS NULL"
"""Those under supervision on the day; beside them are people in prison whose release lies ahead."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("service"))
    yield made
    made.connection.close()


def close(found: dict[str, float], wanted: marginals.Marginal) -> dict[str, tuple[float, float]]:
    """Codes whose share lies outside its tolerance, with the share found and the share wanted."""
    return {
        code: (found.get(code, 0.0), share)
        for code, share in wanted.shares.items()
        if abs(found.get(code, 0.0) - share) > wanted.tolerance
    }


def test_there_are_twelve_regions_with_109_units(service: Service) -> None:
    assert service.one("SELECT count(DISTINCT folder) FROM person") == 12
    own = "FROM organisation WHERE starts_with(unit_code, folder)"
    assert service.one(f"SELECT count(DISTINCT unit_code) {own} AND kind = 'pdu'") == 109
    assert {each.shape.name for each in regions(PEOPLE)} == set(marginals.REGIONS)


def test_there_are_as_many_people_as_were_asked_for(service: Service) -> None:
    """Besides the thirteen of the demonstration."""
    drawn = "length(crn) = 9"
    alive = f"SELECT count(DISTINCT crn) FROM sentence WHERE ended_on IS NULL AND {drawn}"
    assert service.one(alive) == PEOPLE
    assert service.one(f"SELECT count(*) FROM person WHERE {drawn}") == round(marginals.KNOWN * SCALE)
    assert service.one("SELECT count(*) FROM sentence WHERE started_on IS NULL") == round(PEOPLE * 0.05)


def test_people_fall_on_the_regions_by_weight(service: Service) -> None:
    total = sum(marginals.REGIONS.values())
    for plan in regions(PEOPLE):
        share = service.one(f"SELECT avg((folder = '{plan.code}')::INT) FROM person")
        assert share == pytest.approx(marginals.REGIONS[plan.shape.name] / total, abs=0.003)


def test_contacts_are_as_many_as_in_a_region_by_itself(service: Service) -> None:
    each = service.one("SELECT count(*) FROM contact") / service.one("SELECT count(*) FROM person")
    assert each == pytest.approx(marginals.CONTACTS_PER_PERSON, abs=marginals.CONTACTS_TOLERANCE)


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SELECT gender AS code FROM person", marginals.GENDER),
        ("SELECT ethnicity AS code FROM person", marginals.ETHNICITY),
        (f"SELECT type AS code FROM {UNDER}", marginals.SENTENCE),
        (
            f"SELECT level AS code FROM rosh WHERE closed_on IS NULL AND crn IN (SELECT crn FROM {UNDER})",
            marginals.ROSH,
        ),
        ("SELECT category AS code FROM registration WHERE type = 'MAPP'", marginals.MAPPA),
        ("SELECT level AS code FROM registration WHERE type = 'MAPP'", marginals.MAPPA_LEVEL_ONE),
    ],
    ids=["gender", "ethnicity", "sentence", "rosh", "mappa category", "mappa level"],
)
def test_people_are_as_the_marginals_say(service: Service, sql: str, wanted: marginals.Marginal) -> None:
    assert close(service.shares(sql), wanted) == {}


@pytest.mark.parametrize(
    ("register", "wanted", "share"),
    [("ADVP", marginals.DOMESTIC_ABUSE, "registered"), ("MAPP", marginals.MAPPA_SHARE, "MAPP")],
)
def test_as_many_are_on_a_register_as_the_marginals_say(
    service: Service, register: str, wanted: marginals.Marginal, share: str
) -> None:
    found = service.one(
        f"SELECT avg((crn IN (SELECT crn FROM registration WHERE type = '{register}' "
        f"AND closed_on IS NULL))::INT) FROM {UNDER}"
    )
    assert found == pytest.approx(wanted.shares[share], abs=wanted.tolerance)


@pytest.mark.parametrize(
    ("sql", "published"),
    [
        ("recall WHERE recalled_on > {day} - 913", marginals.RECALLS_A_QUARTER),
        ("release WHERE released_on > {day} - 913 AND type <> 're_release'", marginals.RELEASES_A_QUARTER),
    ],
    ids=["recalls", "releases"],
)
def test_releases_and_recalls_a_quarter_are_as_published(service: Service, sql: str, published: int) -> None:
    found = service.one(f"SELECT count(*) FROM {sql.format(day=DAY)}") / 10
    assert found == pytest.approx(published * SCALE, rel=marginals.FLOW_TOLERANCE)


@pytest.fixture(scope="module")
def south_central() -> tuple[Plan, Staff]:
    """One region's staff at the real size: a hundredth of a service has too few to a unit."""
    plan = next(each for each in regions(marginals.LIVE) if each.shape.name == "South Central")
    people = plan.people - plan.waiting
    cases = make_cases(people, shape=plan.shape, live=plan.live, as_at=AS_AT, seed=SEED)
    inside = make_waiting(plan.waiting, shape=plan.shape, as_at=AS_AT, seed=SEED)
    return plan, make_staff(cases, inside, shape=plan.shape, posts=plan.posts, as_at=AS_AT, seed=SEED)


def test_as_many_officers_serve_as_were_published(south_central: tuple[Plan, Staff]) -> None:
    plan, staff = south_central
    share = marginals.REGIONS["South Central"] / sum(marginals.REGIONS.values())
    serves = staff.left == staff.left.min()
    counts = {grade: int((serves & (staff.grade == number)).sum()) for number, grade in enumerate(GRADES)}
    near = marginals.POSTS_TOLERANCE
    assert counts["PO"] == pytest.approx(share * marginals.POSTS["PO"], rel=near)
    assert counts["PSO"] + counts["PQiP"] == pytest.approx(share * marginals.POSTS["PSO"], rel=near)
    assert counts["SPO"] == pytest.approx(share * marginals.POSTS["SPO"], rel=near)
    assert len(staff.grade) == pytest.approx(share * marginals.POSTS["listed"], rel=near)
    assert plan.posts.listed == round(share * marginals.POSTS["listed"])


def test_caseloads_are_as_large_as_published(south_central: tuple[Plan, Staff]) -> None:
    plan, staff = south_central
    assert sum(each.live + each.waiting for each in regions(marginals.LIVE)) == marginals.LIVE
    cases = make_cases(plan.people - plan.waiting, shape=plan.shape, live=plan.live, as_at=AS_AT, seed=SEED)
    held = staff.holder[cases.active].tolist() + staff.waiting_holder.tolist()
    for number, grade in enumerate(GRADES[:3]):
        of_grade = [row for row in held if staff.grade[row] == number]
        load = len(of_grade) / len(set(of_grade))
        assert load == pytest.approx(marginals.CASELOAD[grade], abs=marginals.CASELOAD_TOLERANCE), grade


DIFFICULT = {
    "released on the last day of the old recall rules": (
        "SELECT count(*) FROM release WHERE released_on = DATE '2026-03-30' AND type <> 're_release'", 12),
    "released on the first day of the new ones": (
        "SELECT count(*) FROM release WHERE released_on = DATE '2026-03-31' AND type <> 're_release'", 12),
    "recalled for 56 days": (
        "SELECT count(*) FROM recall JOIN absence USING (crn) WHERE recall.type = 'fixed_term' "
        "AND recalled_on >= DATE '2026-03-31' AND closed_on - opened_on = 56", 3),
    "recalled, and kept from a fixed term by MAPPA": (
        "SELECT count(*) FROM recall r JOIN registration m USING (crn) WHERE m.type = 'MAPP' "
        "AND m.level <> 'M1' AND r.recalled_on >= DATE '2025-09-02' AND r.type = 'standard'", 1),
    "recalled for a fixed term by the older rules": (
        "SELECT count(*) FROM recall JOIN absence USING (crn) WHERE recall.type = 'fixed_term' "
        "AND recalled_on < DATE '2026-03-31' AND closed_on - opened_on IN (14, 28)", 50),
    "unpaid work ordered in 2025 and not done in a year": (
        "SELECT count(*) FROM requirement q JOIN sentence s USING (sentence_id) WHERE "
        "q.category = 'unpaid_work' AND year(s.sentenced_on) = 2025 AND s.started_on < {day} - 366 AND "
        "q.length > (SELECT coalesce(sum(credited), 0) FROM requirement_credit c "
        "WHERE c.requirement_id = q.requirement_id AND c.happened_on < s.started_on + 365)", 10),
    "post-sentence supervision still running": (
        "SELECT count(*) FROM sentence WHERE type = 'post_sentence_supervision' AND ended_on IS NULL", 50),
    "Reset in the final third of an order of 2024": (
        "SELECT count(*) FROM suspension u JOIN sentence s USING (crn) WHERE u.scheme = 'reset' "
        "AND s.started_on < u.opened_on AND year(s.started_on) <= 2024 AND s.type IN "
        "('community_order', 'suspended_sentence')", 20),
    "a tier of each model at once": (
        "SELECT count(*) FROM tier a JOIN tier b USING (crn) WHERE a.model = 'v2' AND b.model = 'v3' "
        "AND a.closed_on IS NULL AND b.closed_on IS NULL", 1_000),
    "moved between units": ("SELECT count(*) FROM allocation WHERE reason = 'transfer'", 100),
    "came from a region without its records": (
        "SELECT count(*) FROM allocation a WHERE reason = 'transfer_region' AND NOT EXISTS "
        "(SELECT 1 FROM allocation b WHERE b.crn = a.crn AND b.opened_on < a.opened_on)", 50),
    "came from a region with its records": (
        "SELECT count(*) FROM allocation a JOIN allocation b ON b.crn = a.crn AND b.closed_on = a.opened_on "
        "WHERE a.reason = 'transfer_region' AND NOT starts_with(b.team_code, b.folder)", 20),
    "in custody while under supervision": ("SELECT count(*) FROM absence WHERE kind = 'custody'", 300),
    "in hospital": ("SELECT count(*) FROM absence WHERE kind = 'hospital'", 20),
    "unlawfully at large": ("SELECT count(*) FROM absence WHERE kind = 'unlawfully_at_large'", 20),
    "no fixed abode": ("SELECT count(*) FROM address WHERE type = 'no_fixed_abode'", 100),
    "dead": ("SELECT count(*) FROM person WHERE died_on IS NOT NULL", 5),
    "a record merged into another": ("SELECT count(*) FROM person WHERE merged_into IS NOT NULL", 12),
    "a second record nobody has merged": (
        "SELECT count(*) FROM true_flaw f JOIN person p ON p.crn = f.crn "
        "WHERE f.flaw = 'duplicate_person' AND p.merged_into IS NULL", 8),
    "limited to some": ("SELECT count(*) FROM access_limitation WHERE kind = 'restricted'", 5),
    "closed to some": ("SELECT count(*) FROM access_limitation WHERE kind = 'excluded'", 5),
    "held by somebody who left": (
        "SELECT count(*) FROM allocation JOIN practitioner USING (staff_code) "
        "WHERE closed_on IS NULL AND left_on IS NOT NULL", 12),
    "written up weeks later": ("SELECT count(*) FROM true_flaw WHERE flaw = 'late_recorded'", 5_000),
    "entered long after with an early date": (
        "SELECT count(*) FROM true_flaw WHERE flaw = 'back_dated'", 300),
    "entered on a wrong day": ("SELECT count(*) FROM true_flaw WHERE flaw = 'wrong_date'", 50),
    "gone from the records": ("SELECT count(*) FROM true_flaw WHERE flaw = 'deleted'", 100),
    "a child at home": ("SELECT count(DISTINCT crn) FROM circle WHERE role = 'child' AND household", 300),
    "in prison with release ahead": (
        "SELECT count(*) FROM custody WHERE closed_on IS NULL AND expected_release_on > {day}", 100),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFICULT)
def test_the_difficult_cases_are_there(service: Service, name: str) -> None:
    sql, least = DIFFICULT[name]
    assert service.one(sql.format(day=DAY)) >= least


def test_welsh_is_asked_for_in_wales(service: Service) -> None:
    welsh = "SELECT avg((preferred_language = 'cy')::INT) FROM person WHERE folder"
    wales = next(each.code for each in regions(PEOPLE) if each.shape.name == "Wales")
    assert service.one(f"{welsh} = '{wales}'") == pytest.approx(marginals.WELSH_IN_WALES, abs=0.04)
    assert 0 < service.one(f"{welsh} <> '{wales}'") < 0.003


def test_units_are_large_and_small_and_answer_to_several_councils() -> None:
    for plan in regions(PEOPLE):
        assert plan.shape.shares.max() > 3 * plan.shape.shares.min()
        assert len(plan.shape.pdus) == len(set(plan.shape.pdus)) == len(plan.shape.shares)
    places = names.invented_places()
    assert len(places) == len(set(places)) == 110
    assert names.COUNCILS_PER_PDU > 1


def test_every_reference_and_key_is_one_regions_alone(service: Service) -> None:
    for each in standard.TABLES:
        if each.name != "organisation":
            again = service.one(f"SELECT count(*) - count(DISTINCT {each.key}) FROM {each.name}")
            assert again == 0, each.name
    strange = f"SELECT count(*) FROM person WHERE NOT regexp_full_match(crn, '{standard.SYNTHETIC_CRN}')"
    assert service.one(strange) == 0
    lowest = "SELECT min(crn[2:]::BIGINT) FROM person WHERE length(crn) = 9"
    assert service.one(lowest) == FIRST_CRN


def test_every_table_of_every_region_stands_in_the_standards_order(service: Service) -> None:
    for written in service.written:
        tables = read_folder(written.folder).tables
        for each in standard.TABLES:
            assert is_ordered(tables[each.name], each.order), (written.name, each.name)
            assert tables[each.name].schema.equals(standard.arrow_schema(each.name)), each.name


@pytest.mark.parametrize("code", ["Z52", "Z03"])
def test_an_extract_is_fit(service: Service, code: str) -> None:
    """The region with the demonstration's people, and the one with two languages."""
    extract = read_folder(service.place / code)
    assert check(extract) == []
    assert (extract.label.provider, extract.label.as_at, extract.label.synthetic) == (code, AS_AT, True)


def test_only_one_region_has_the_demonstrations_people(service: Service) -> None:
    assert service.one("SELECT count(*) FROM person WHERE length(crn) = 7") == 13
    spo = f"FROM practitioner WHERE staff_code = '{demonstration.SPO_STAFF_CODE}'"
    assert service.connection.sql(f"SELECT folder, username {spo}").fetchall() == [
        (demonstration.REGION_CODE, demonstration.SPO_USERNAME)
    ]


def test_history_from_another_region_names_a_colleague_there(service: Service) -> None:
    rows = service.connection.sql(
        "SELECT DISTINCT a.folder, a.team_code[:3], p.team_code[:3] FROM allocation a JOIN practitioner p "
        "USING (staff_code) WHERE NOT starts_with(a.team_code, a.folder)"
    ).fetchall()
    assert len(rows) == 12
    assert all(team == staff != folder for folder, team, staff in rows)
    lacking = service.one(
        "SELECT count(*) FROM allocation WHERE team_code NOT IN (SELECT unit_code FROM organisation o "
        "WHERE o.folder = allocation.folder)"
    )
    assert lacking == 0


def test_a_share_of_people_has_words() -> None:
    plan = min(regions(PEOPLE), key=lambda each: each.people)
    spoken, people = set(), set()
    for parts, _ in make_region(plan, as_at=AS_AT, seed=SEED, text=0.2):
        for part in parts:
            spoken |= set(part["words"]["crn"].to_pylist()) if "words" in part else set()
            people |= set(part["person"]["crn"].to_pylist()) if "person" in part else set()
    assert len(spoken) / len(people) == pytest.approx(0.2, abs=0.07)


def test_without_text_there_are_no_words(service: Service) -> None:
    told = service.one("SELECT count(*) FROM words WHERE length(crn) = 9")
    assert told == 0


def test_the_truth_knows_what_the_records_have_wrong(service: Service) -> None:
    """A row entered too early truly happened on the day the truth names, and a lost one has no row."""
    wrong = service.one(
        "SELECT count(*) FROM true_flaw f JOIN contact c ON c.contact_id = f.row_id "
        "WHERE f.flaw = 'wrong_date' AND f.day - c.happened_on NOT IN (7, 28)"
    )
    assert wrong == 0
    unseen = service.one(
        "SELECT count(*) FROM true_flaw f JOIN contact c ON c.contact_id = f.row_id "
        "WHERE f.flaw = 'wrong_date' AND c.type IN ('COAP', 'CHVS') "
        "AND NOT EXISTS (SELECT 1 FROM true_seen t WHERE t.crn = f.crn "
        "AND t.day = f.day AND t.type = c.type)"
    )
    assert unseen == 0
    assert service.one("SELECT count(row_id) FROM true_flaw WHERE flaw = 'deleted'") == 0
    empty = service.one(
        "SELECT count(outcome) FROM contact WHERE contact_id IN "
        "(SELECT row_id FROM true_flaw WHERE flaw = 'missing_outcome')"
    )
    assert empty == 0
