"""The night of the demonstration's region: work is missing in about half the cases, as the sources say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assay.assurance.duties import catalogue
from assay.jobs import load, night
from assay.jobs.demonstrate import AS_AT, PEOPLE, SEED
from assay.jobs.synthesise import write_region
from assay.records.store import Reader, open_pair
from assay.records.synthetic import demonstration
from assay.records.synthetic.rates import rate
from assay.records.synthetic.region import synthesise

DAY = f"DATE '{AS_AT}'"
ON = ", ".join(f"'{each.code}'" for each in catalogue.duties() if each.standing == "on")
"""The duties managers are shown: those on trial are a list apart."""

ON_THE_DAY = f"opened_on <= {DAY} AND (closed_on IS NULL OR closed_on > {DAY})"
OPEN = f"""
    SELECT DISTINCT o.duty, o.case_id FROM (SELECT * FROM n.lapse WHERE clock = 'date' AND {ON_THE_DAY}) l
    JOIN n.obligation o USING (obligation_id) WHERE o.duty IN ({ON})"""
POPULATION = f"""
    SELECT DISTINCT duty, case_id FROM n.population
    WHERE unknown_because IS NULL AND {ON_THE_DAY} AND duty IN ({ON})"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("region")
    region = synthesise("West Midlands", people=PEOPLE, as_at=AS_AT, seed=SEED)
    write_region(region, folder / "extract")
    load.bring_in(folder / "extract", home=folder / "records")
    with open_pair(night.make(folder / "records")) as opened:
        opened.connection.register("truth", region.truth["case"])
        yield opened


def share(reader: Reader, cases: str) -> float:
    """Of these cases, how many have something open on the day."""
    return float(
        reader.rows(
            f"SELECT avg((c.case_id IN (SELECT case_id FROM ({OPEN})))::INT) AS share FROM ({cases}) c"
        )[0]["share"]
    )


def missed(reader: Reader, duty: str, need: str) -> float:
    """Of the cases in a duty's population that are truly in need, how many are in lapse on the day."""
    return float(
        reader.rows(
            f"SELECT avg((p.case_id IN (SELECT case_id FROM ({OPEN}) WHERE duty = '{duty}'))::INT) AS share "
            f"FROM ({POPULATION}) p JOIN truth t ON t.crn = p.case_id "
            f"WHERE p.duty = '{duty}' AND t.{need}"
        )[0]["share"]
    )


def test_about_half_of_the_people_have_something_open(reader: Reader) -> None:
    everybody = f"SELECT DISTINCT case_id FROM ({POPULATION})"
    team = (
        f"SELECT DISTINCT case_id FROM n.case_span WHERE {ON_THE_DAY} AND team = '{demonstration.TEAM_CODE}'"
    )
    # A little more than half: as many are recalled as was published, and each recall asks for oversight.
    assert share(reader, everybody) == pytest.approx(0.55, abs=0.05)
    assert share(reader, team) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("duty", "need", "published"),
    [("S01", "true_need_police", "police_asked"), ("S04", "true_need_child", "children_asked")],
)
def test_enquiries_are_missing_as_often_as_was_published(
    reader: Reader, duty: str, need: str, published: str
) -> None:
    assert missed(reader, duty, need) == pytest.approx(1 - rate(published), abs=0.05)
