"""The parts of ``start.py`` that decide something, without installing or serving anything."""

from __future__ import annotations

import ast
import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from startup import commands, environment, postgres, servers, steps, testing
from startup.testing import Tally

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of the test's own, with an environment that was never made."""
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(steps, "STAMPS", tmp_path / ".venv" / "assay-stamps.json")
    monkeypatch.setattr(steps, "LOG", tmp_path / "var" / "start.log")
    return tmp_path


def test_a_fingerprint_changes_with_a_name_a_word_or_another_file(house: Path) -> None:
    first, second = house / "a.txt", house / "b.txt"
    first.write_text("one")
    before = steps.fingerprint([first])
    assert steps.fingerprint([first]) == before
    assert steps.fingerprint([first], "3.12.1") != before
    second.write_text("one")
    assert steps.fingerprint([second]) != before
    assert steps.fingerprint([first, second]) == steps.fingerprint([second, first]) != before
    first.write_text("two")
    assert steps.fingerprint([first]) != before


def test_a_step_is_remembered_only_once_stamped(house: Path) -> None:
    assert not steps.stamped("core", "x")
    steps.stamp("core", "x")
    steps.stamp("dev", "y")
    assert steps.stamped("core", "x")
    assert steps.stamped("dev", "y")
    assert not steps.stamped("core", "z")


def test_stamps_that_cannot_be_read_count_as_none(house: Path) -> None:
    steps.STAMPS.write_text("{half")
    assert not steps.stamped("core", "x")
    steps.stamp("core", "x")
    assert json.loads(steps.STAMPS.read_text()) == {"core": "x"}


def test_a_command_that_fails_shows_its_last_lines_and_what_to_do(house: Path) -> None:
    script = "print('first'); print('the reason'); raise SystemExit(3)"
    with pytest.raises(steps.Failure, match="ended with status 3") as failure:
        steps.run([sys.executable, "-c", script], seconds=30, remedy="Do this.", cwd=house)
    assert "the reason" in str(failure.value)
    assert failure.value.remedy == "Do this."
    assert "the reason" in (house / "var" / "start.log").read_text()


def test_a_command_that_hangs_is_ended(house: Path) -> None:
    with pytest.raises(steps.Failure, match="did not finish in 1 seconds"):
        steps.run([sys.executable, "-c", "import time; time.sleep(60)"], seconds=1, remedy="", cwd=house)


def test_a_command_that_is_not_there_says_so(house: Path) -> None:
    with pytest.raises(steps.Failure, match="could not be started"):
        steps.run([house / "absent"], seconds=1, remedy="", cwd=house)


def test_a_command_reads_nothing_from_the_person(house: Path) -> None:
    command = [sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"]
    said = steps.run(command, seconds=30, remedy="", cwd=house)
    assert said.strip() == "''"


def test_the_development_lock_is_not_installed_again_for_running(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements = house / "requirements"
    requirements.mkdir()
    for kind in ("core", "dev"):
        (requirements / f"{kind}.txt").write_text("django==5.2.19 \\\n    --hash=sha256:0\n")
    (house / "pyproject.toml").write_text("")
    program = house / ".venv" / "assay"
    program.write_text("")
    installed: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "ROOT", house)
    monkeypatch.setattr(environment, "REQUIREMENTS", requirements)
    monkeypatch.setattr(environment, "program", lambda name: program)
    monkeypatch.setattr(environment, "_install", lambda *arguments: installed.append(arguments))
    environment.install(development=True)
    assert [each[0] for each in installed] == ["--require-hashes", "--no-deps"]
    environment.install(development=False)
    environment.install(development=True)
    assert len(installed) == 2
    (requirements / "core.txt").write_text("django==5.2.20 \\\n    --hash=sha256:1\n")
    environment.install(development=False)
    assert len(installed) == 4


def test_a_taken_port_gives_way_to_the_next_free_one() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]
        assert not servers.port_is_free(taken)
        first, second = servers.free_ports([taken, taken])
    assert taken < first < second


def test_the_sides_are_kept_apart() -> None:
    service, inspectorate = (servers.environment_of(side) for side in servers.SIDES)
    assert (service["ASSAY_SIDE"], inspectorate["ASSAY_SIDE"]) == ("service", "inspectorate")
    assert service["DATABASE_URL"] == inspectorate["DATABASE_URL"] == ""
    assert {side.port for side in servers.SIDES} == {8000, 8001}


def test_the_people_named_at_the_start_are_in_the_demonstration() -> None:
    source = (ROOT / "src" / "assay" / "access" / "accounts" / "demonstration.py").read_text("utf-8")
    for side in servers.SIDES:
        for username, _ in side.people:
            assert f'"{username}"' in source
    assert f'"{servers.PASSWORD}"' in source


def test_a_server_that_will_not_end_is_ended() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True)"
    command = [sys.executable, "-c", f"{deaf}; time.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"1\n"
        servers.stop(server, seconds=0.5)
        assert server.returncode == -9


def test_the_newest_complete_postgres_is_chosen(tmp_path: Path) -> None:
    for version, names in (("9", postgres.NAMES), ("15", postgres.NAMES), ("18", ("initdb",))):
        folder = tmp_path / "usr" / "lib" / "postgresql" / version / "bin"
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_text("")
    found = postgres.system_programs(tmp_path)
    assert found is not None
    assert found.parent.name == "15"


def test_no_postgres_is_none(tmp_path: Path) -> None:
    assert postgres.system_programs(tmp_path) is None


REPORT = """<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>"""


def test_the_tally_of_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert testing.read_report(report) == Tally()
    report.write_text(REPORT)
    assert testing.read_report(report) == Tally(passed=4, failed=3, skipped=3)


def test_the_last_line_counts_in_plain_words() -> None:
    assert str(Tally(passed=4) + Tally(passed=1, failed=2)) == "5 passed, 2 failed"
    assert str(Tally(passed=4, skipped=1)) == "4 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize(("status", "expected"), [(0, Tally(passed=4)), (2, Tally(passed=4, failed=1))])
def test_a_run_that_broke_off_is_a_failure(
    status: int, expected: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted, or nothing collected: pytest's status says so and the report does not."""

    def stream(words: object, *, environment: object, seconds: float) -> int:
        (tmp_path / "sqlite.xml").write_text('<testsuite tests="4" failures="0" errors="0" skipped="0"/>')
        return status

    monkeypatch.setattr(testing, "RESULTS", tmp_path)
    monkeypatch.setattr(testing, "_stream", stream)
    assert testing._pytest("SQLite", [], long=False, environment={}) == expected


def test_nothing_of_the_persons_own_installation_reaches_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_HOME", "mine")
    monkeypatch.setenv("ASSAY_SIDE", "inspectorate")
    monkeypatch.setenv("DATABASE_URL", "postgresql://real")
    chosen = testing._environment("chromium", "")
    ours = {key: value for key, value in chosen.items() if key.startswith("ASSAY_")}
    assert ours == {"ASSAY_CHROMIUM": "chromium"}
    assert chosen["DATABASE_URL"] == ""


def test_words_for_pytest_are_passed_on_and_others_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], bool]] = []

    def test(arguments: list[str], *, long: bool) -> int:
        seen.append((arguments, long))
        return 0

    monkeypatch.setattr(commands, "set_up", lambda *, development: None)
    monkeypatch.setattr(commands, "test", test)
    assert commands.main(["test", "--long", "tests/unit", "-k", "spans"]) == 0
    assert seen == [(["tests/unit", "-k", "spans"], True)]
    with pytest.raises(SystemExit) as refused:
        commands.main(["setup", "--nonsense"])
    assert refused.value.code == 2


def test_spark_is_installed_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(commands, "set_up", lambda *, development: None)
    monkeypatch.setattr(commands, "install_extra", installed.append)
    assert commands.main(["setup"]) == 0
    assert installed == []
    assert commands.main(["setup", "--spark"]) == 0
    assert installed == ["spark"]


def test_a_failure_ends_with_what_to_do_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def set_up(*, development: bool) -> None:
        raise steps.Failure("It broke.", remedy="Mend it.")

    monkeypatch.setattr(commands, "set_up", set_up)
    assert commands.main(["setup"]) == 1
    assert capsys.readouterr().out.endswith("It broke.\n\nWhat to do next: Mend it.\n")


def test_the_door_itself_can_be_read_by_an_old_python() -> None:
    """So that it can say in a sentence which Python it needs."""
    source = (ROOT / "start.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 4))
    assert not re.search(r"^from __future__ import annotations", source, re.M)
    assert source.index("sys.version_info") < source.index("from startup")


def test_every_program_that_is_run_has_a_bound() -> None:
    for path in [*(ROOT / "startup").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"subprocess.run", "run"}:
                words = {keyword.arg for keyword in node.keywords}
                assert words & {"timeout", "seconds"}, f"{path.name}:{node.lineno}"
