"""A synthetic region: the same for the same seed, like practice in its shares, and true to its truth."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from assay.records import standard
from assay.records.synthetic import demonstration, marginals, names
from assay.records.synthetic.rates import rate
from assay.records.synthetic.region import Region, synthesise
from tests.factories.synthetic import AS_AT, PEOPLE, Asked


@pytest.fixture(scope="module")
def small() -> Region:
    return synthesise("West Midlands", people=400, as_at=AS_AT, seed=7)


def close(found: dict[str, float], wanted: marginals.Marginal) -> dict[str, tuple[float, float]]:
    """Codes whose share lies outside its tolerance, with the share found and the share wanted."""
    return {
        code: (found.get(code, 0.0), share)
        for code, share in wanted.shares.items()
        if abs(found.get(code, 0.0) - share) > wanted.tolerance
    }


def test_the_same_seed_and_day_give_the_same_tables(small: Region) -> None:
    again = synthesise("West Midlands", people=400, as_at=AS_AT, seed=7)
    assert [name for name in small.tables if not small.tables[name].equals(again.tables[name])] == []
    assert [name for name in small.truth if not small.truth[name].equals(again.truth[name])] == []


def test_another_seed_gives_other_people(small: Region) -> None:
    other = synthesise("West Midlands", people=400, as_at=AS_AT, seed=8)
    assert not small.tables["contact"].equals(other.tables["contact"])


def test_every_table_has_the_standards_columns_and_rows(small: Region) -> None:
    assert list(small.tables) == [each.name for each in standard.TABLES]
    for name, rows in small.tables.items():
        assert rows.schema.equals(standard.arrow_schema(name)), name
        assert rows.num_rows > 0, name


def test_there_are_as_many_people_as_were_asked_for(small: Region) -> None:
    assert small.tables["person"].num_rows == 400


def test_nothing_was_recorded_after_the_evening_of_the_day(asked: Asked) -> None:
    for name, rows in asked.region.tables.items():
        for column in ("recorded_at", "answer_recorded_at", "written_at"):
            if column in rows.schema.names and rows.num_rows:
                latest = pc.max(rows[column]).as_py()
                assert latest.date() <= AS_AT, (name, column)
    assert (
        asked.one(
            "SELECT count(*) FROM contact WHERE happened_on > DATE '2026-02-26' AND outcome IS NOT NULL"
        )
        == 0
    )


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SELECT gender AS code FROM person", marginals.GENDER),
        ("SELECT ethnicity AS code FROM person", marginals.ETHNICITY),
        (
            "SELECT type AS code FROM sentence JOIN true_case USING (crn) QUALIFY row_number() OVER "
            "(PARTITION BY crn ORDER BY sentenced_on DESC) = 1",
            marginals.SENTENCE,
        ),
        (
            "SELECT level AS code FROM rosh JOIN true_case USING (crn) QUALIFY row_number() OVER "
            "(PARTITION BY crn ORDER BY opened_on DESC) = 1",
            marginals.ROSH,
        ),
        ("SELECT category AS code FROM registration WHERE type = 'MAPP'", marginals.MAPPA),
        ("SELECT level AS code FROM registration WHERE type = 'MAPP'", marginals.MAPPA_LEVEL_ONE),
        (
            "SELECT least(10, count(*)) AS code FROM registration WHERE closed_on IS NULL GROUP BY crn",
            marginals.REGISTERS,
        ),
    ],
    ids=["gender", "ethnicity", "sentence", "rosh", "mappa category", "mappa level", "registers a case"],
)
def test_people_are_as_the_marginals_say(asked: Asked, sql: str, wanted: marginals.Marginal) -> None:
    assert close(asked.shares(sql), wanted) == {}


def test_ages_fall_in_their_bands(asked: Asked) -> None:
    sql = (
        "SELECT CASE WHEN age < 26 THEN '18-25' WHEN age < 36 THEN '26-35' WHEN age < 56 THEN "
        "'36-55' ELSE '56+' "
        "END AS code FROM (SELECT date_diff('day', date_of_birth, DATE '2026-02-26') / 365.25 AS "
        "age FROM person)"
    )
    assert close(asked.shares(sql), marginals.AGE) == {}


def test_about_three_in_ten_are_registered_for_domestic_abuse(asked: Asked) -> None:
    share = asked.one(
        "SELECT count(DISTINCT r.crn) / (SELECT count(*) FROM sentence WHERE ended_on IS NULL) "
        "FROM registration r "
        "JOIN sentence s ON s.crn = r.crn AND s.ended_on IS NULL WHERE r.type = 'ADVP' AND "
        "r.closed_on IS NULL"
    )
    wanted = marginals.DOMESTIC_ABUSE
    assert share == pytest.approx(wanted.shares["registered"], abs=wanted.tolerance)


@pytest.mark.parametrize("grade", ["PO", "PSO"])
def test_caseloads_are_as_large_as_published(asked: Asked, grade: str) -> None:
    load = asked.one(
        "SELECT count(*) / count(DISTINCT staff_code) FROM allocation JOIN practitioner USING (staff_code) "
        f"WHERE closed_on IS NULL AND grade = '{grade}'"
    )
    assert load == pytest.approx(marginals.CASELOAD[grade], abs=marginals.CASELOAD_TOLERANCE)


def test_contacts_a_person_over_two_and_a_half_years(asked: Asked) -> None:
    each = asked.region.tables["contact"].num_rows / PEOPLE
    assert each == pytest.approx(marginals.CONTACTS_PER_PERSON, abs=marginals.CONTACTS_TOLERANCE)
    assert asked.one("SELECT date_diff('day', min(happened_on), DATE '2026-02-26') FROM contact") <= 914


def test_every_analysed_answer_has_an_assessment_that_says_so(asked: Asked) -> None:
    silent = asked.one(
        "SELECT count(*) FROM true_assessment t JOIN assessment a USING (assessment_id) JOIN enquiry e ON "
        "e.enquiry_id = t.answers WHERE a.signed_on IS NOT NULL AND (a.signed_on < e.answered_on "
        "OR NOT EXISTS "
        "(SELECT 1 FROM words w WHERE w.subject_id = a.assessment_id AND w.section = 'who_is_at_risk' "
        "AND contains(w.body, strftime(e.answered_on, '%-d %B %Y'))))"
    )
    assert silent == 0


@pytest.mark.parametrize(
    ("flaw", "base", "name"),
    [
        ("late_recorded", "SELECT count(*) FROM contact", "flaw_late_recorded"),
        (
            "missing_domestic_abuse_flag",
            "SELECT count(*) FROM true_case WHERE true_need_police",
            "flaw_missing_domestic_abuse_flag",
        ),
        ("duplicate", "SELECT count(*) FROM contact", "flaw_duplicate_contact"),
    ],
)
def test_flaws_are_planted_at_their_rates(asked: Asked, flaw: str, base: str, name: str) -> None:
    planted = asked.one(f"SELECT count(*) FROM true_flaw WHERE flaw = '{flaw}'")
    assert planted / asked.one(base) == pytest.approx(rate(name), rel=0.15)


def test_a_planted_flaw_is_really_there(asked: Asked) -> None:
    assert asked.one(
        "SELECT count(*) FROM true_flaw f JOIN registration r ON r.crn = f.row_id AND r.type = 'ADVP' "
        "AND r.closed_on IS NULL WHERE f.flaw = 'missing_domestic_abuse_flag'"
    ) <= 0.03 * asked.one("SELECT count(*) FROM true_flaw WHERE flaw = 'missing_domestic_abuse_flag'")
    early = asked.one(
        "SELECT count(*) FROM true_flaw f JOIN contact c ON c.contact_id = f.row_id "
        "WHERE f.flaw = 'late_recorded' AND date_diff('day', c.happened_on, c.recorded_at::DATE) < 10"
    )
    assert early == 0
    leavers = asked.one("SELECT count(*) FROM true_flaw WHERE flaw = 'leaver_holds_cases'")
    found = asked.one(
        "SELECT count(DISTINCT staff_code) FROM allocation JOIN practitioner USING (staff_code) "
        "WHERE closed_on IS NULL AND left_on IS NOT NULL"
    )
    assert leavers == found > 0


def test_everybody_under_supervision_has_words(asked: Asked) -> None:
    silent = asked.one("SELECT count(*) FROM true_case WHERE crn NOT IN (SELECT crn FROM words)")
    assert silent == 0
    assert asked.one("SELECT count(*) FROM person WHERE merged_into IS NOT NULL") > 0


def test_a_merged_record_still_has_entries_and_its_words_of_its_own(asked: Asked) -> None:
    merged = "SELECT crn FROM person WHERE merged_into IS NOT NULL"
    assert asked.one(f"SELECT count(*) FROM contact WHERE crn IN ({merged})") > 0
    astray = asked.one(
        "SELECT count(*) FROM words w JOIN contact c ON c.contact_id = w.subject_id WHERE w.crn <> c.crn"
    )
    assert astray == 0


def test_contacts_stand_in_the_order_of_the_standard(asked: Asked) -> None:
    wrong = asked.one(
        "SELECT count(*) FROM (SELECT crn, lag(crn) OVER () AS was FROM contact) WHERE crn < was"
    )
    assert wrong == 0


def test_a_copy_is_like_the_row_it_was_made_of(asked: Asked) -> None:
    unlike = asked.one(
        "SELECT count(*) FROM true_flaw f JOIN contact c ON c.contact_id = f.row_id "
        "WHERE f.flaw = 'duplicate' AND NOT EXISTS (SELECT 1 FROM contact o WHERE o.crn = c.crn "
        "AND o.type = c.type AND o.happened_on = c.happened_on AND o.contact_id <> c.contact_id)"
    )
    assert unlike == 0


def test_words_leave_no_place_unfilled_and_no_double_space(asked: Asked) -> None:
    body = asked.region.tables["words"]["body"]
    assert pc.any(pc.match_substring_regex(body, r"[{}]|  |^\s*$|\bNone\b|\bnan\b")).as_py() is False


def test_each_kind_of_reply_is_among_the_words(asked: Asked) -> None:
    replies = "SELECT count(*) FROM words WHERE section = 'reply' AND "
    assert asked.one(replies + "flag = 'do_not_disclose' AND body LIKE 'DO NOT DISCLOSE%'") > 0
    assert asked.one(replies + "length(body) < 80") > 0
    assert asked.one(replies + "length(body) > 200") > 0
    kinds = {row[0] for row in asked.connection.sql("SELECT DISTINCT kind FROM words").fetchall()}
    assert kinds == {"fact", "opinion", "judgement"}


def test_a_copied_assessment_repeats_the_words_of_the_one_before(asked: Asked) -> None:
    same = asked.one(
        "WITH w AS (SELECT a.crn, a.assessment_id, a.signed_on, t.copied, string_agg(body, '' "
        "ORDER BY words_id) AS b "
        "FROM assessment a JOIN true_assessment t USING (assessment_id) JOIN words ON subject_id = "
        "a.assessment_id "
        "WHERE a.signed_on IS NOT NULL GROUP BY ALL), o AS (SELECT *, lag(b) OVER (PARTITION BY crn ORDER BY "
        "assessment_id) AS was FROM w) SELECT avg((b = was)::INT) FROM o WHERE copied AND was IS NOT NULL"
    )
    assert same > 0.95


def test_names_are_invented(asked: Asked) -> None:
    surnames = set(pc.unique(asked.region.tables["person"]["surname"]).to_pylist())
    assert surnames <= set(names.SURNAMES)
    crns = asked.region.tables["person"]["crn"]
    assert pc.all(pc.match_substring_regex(crns, f"^{standard.SYNTHETIC_CRN}$")).as_py() is True


def test_units_are_invented_unless_asked_for() -> None:
    real = synthesise("West Midlands", people=300, as_at=AS_AT, seed=1, real_names=True)
    invented = synthesise("West Midlands", people=300, as_at=AS_AT, seed=1)

    def pdus(region: Region) -> set[str]:
        rows = region.tables["organisation"].filter(pc.equal(region.tables["organisation"]["kind"], "pdu"))
        return set(rows["name"].to_pylist())

    assert pdus(invented) == set(names.PDUS)
    assert len(pdus(real)) == 11
    assert sum("laceholder" in each for each in pdus(real)) == 1
    assert pdus(real) & set(names.PDUS) == set()
    assert real.tables["contact"].equals(invented.tables["contact"])


def test_the_cohort_of_an_inspection_is_large_enough_in_every_pdu(asked: Asked) -> None:
    rows = asked.connection.sql(
        "SELECT left(team_code, 6), count(*) FROM sentence s JOIN allocation a ON a.crn = s.crn "
        "AND a.closed_on IS NULL "
        "WHERE s.started_on BETWEEN DATE '2026-02-26' - 224 AND DATE '2026-02-26' - 189 GROUP BY 1"
    ).fetchall()
    assert len(rows) == 11
    assert min(count for _, count in rows) >= 8


def test_a_past_inspection_was_read_in_full(asked: Asked) -> None:
    assert asked.one("SELECT count(DISTINCT crn) FROM past_answer") == 120
    assert asked.one("SELECT min(n) = max(n) FROM (SELECT count(*) AS n FROM past_answer GROUP BY crn)") == 1
    good = asked.one("SELECT avg((answer = 'yes')::INT) FROM past_answer WHERE question = 'E1'")
    assert 0.3 < good < 0.7
    better = asked.one(
        "WITH q AS (SELECT crn, bool_or(t.good) AS good FROM assessment JOIN true_assessment t "
        "USING (assessment_id) "
        "GROUP BY crn) SELECT avg((answer = 'yes')::INT) FILTER (good) - avg((answer = "
        "'yes')::INT) FILTER (NOT good) "
        "FROM past_answer JOIN q USING (crn) WHERE question = 'E1'"
    )
    assert better > 0.15


def test_the_demonstration_has_its_people_in_every_region(small: Region, asked: Asked) -> None:
    for region in (small, asked.region):
        staff = {row["staff_code"]: row for row in region.tables["practitioner"].to_pylist()}
        assert staff[demonstration.SPO_STAFF_CODE]["username"] == demonstration.SPO_USERNAME
        assert staff[demonstration.SPO_STAFF_CODE]["team_code"] == demonstration.TEAM_CODE
        priya = staff[demonstration.PRACTITIONER_STAFF_CODE]
        assert (priya["team_code"], priya["manager_code"]) == (
            demonstration.TEAM_CODE,
            demonstration.SPO_STAFF_CODE,
        )
        tom = staff[demonstration.OTHER_PRACTITIONER_STAFF_CODE]
        assert tom["team_code"] == demonstration.OTHER_TEAM_CODE
        assert staff[demonstration.UNACCREDITED_STAFF_CODE]["accredited_on"] is None
        assert demonstration.CRN_CHILD_PLAN in region.tables["person"]["crn"].to_pylist()


def test_the_demonstrations_child_is_named_in_an_answer_no_assessment_followed(asked: Asked) -> None:
    crn = demonstration.CRN_CHILD_PLAN
    later = asked.one(
        "SELECT count(*) FROM enquiry e JOIN assessment a USING (crn) WHERE a.completed_on >= e.answered_on "
        f"AND e.reply = 'known' AND e.agency = 'childrens_services' AND e.crn = '{crn}'"
    )
    assert later == 0
    told = asked.one(
        f"SELECT count(*) FROM words WHERE crn = '{crn}' AND section = 'reply' "
        "AND body LIKE 'Child 1 and child 2: both%'"
    )
    assert told == 1


def test_limits_name_the_demonstration_spo_and_leave_one_case_without_a_manager(small: Region) -> None:
    rows = {
        (row["crn"], row["username"], row["kind"]) for row in small.tables["access_limitation"].to_pylist()
    }
    assert (demonstration.CRN_SPO_EXCLUDED, demonstration.SPO_USERNAME, "excluded") in rows
    assert (demonstration.CRN_SPO_ALONE_ALLOWED, demonstration.SPO_USERNAME, "restricted") in rows
    allowed = {user for crn, user, _ in rows if crn == demonstration.CRN_NO_PERMITTED_MANAGER}
    managers = {row["username"] for row in small.tables["practitioner"].to_pylist() if row["grade"] == "SPO"}
    assert allowed
    assert allowed & managers == set()


def test_the_truth_is_no_table_of_the_standard(small: Region) -> None:
    assert {"flaw", "case"}.isdisjoint(standard.BY_NAME)
    assert all(isinstance(each, pa.Table) for each in small.truth.values())
