# The daily recipes. `just` comes with the development packages: .venv/bin/just

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

bin := if os_family() == "windows" { ".venv/Scripts/" } else { ".venv/bin/" }
compile := "uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url --no-annotate --no-header"

# what there is
default:
    @{{bin}}just --list

# everything short of the tests: style, types, import directions
check:
    {{bin}}ruff check .
    {{bin}}ruff format --check .
    {{bin}}mypy
    {{bin}}lint-imports

# what can be put right by itself
fix:
    {{bin}}ruff check --fix .
    {{bin}}ruff format .

# tests on SQLite; more words go to pytest, for example: just test tests/unit -k spans
test *words:
    {{bin}}pytest -q -n 2 --dist loadfile --no-loadscope-reorder {{words}}

# every check and test, on both databases, as continuous integration runs them
test-all *words:
    python3 start.py test {{words}}

# the demonstration, both sides
run:
    python3 start.py

# each benchmark prints a ratio against a floor measured in the same run
bench *words:
    {{bin}}python -m bench {{words}}

# the manual, built strictly into site/
docs:
    {{bin}}mkdocs build --strict

# the manual at http://127.0.0.1:8002 while writing it
docs-serve:
    {{bin}}mkdocs serve --dev-addr 127.0.0.1:8002

# new locks after a change of requirements/*.in or package.json; the files hold hashes and no addresses
lock:
    {{compile}} requirements/dev.in -o requirements/dev.txt
    {{compile}} -c requirements/dev.txt requirements/core.in -o requirements/core.txt
    {{compile}} requirements/node.in -o requirements/node.txt
    {{compile}} requirements/mutants.in -o requirements/mutants.txt
    {{compile}} requirements/peers.in -o requirements/peers.txt
    {{compile}} requirements/postgres.in -o requirements/postgres.txt
    {{compile}} -c requirements/dev.txt requirements/spark.in -o requirements/spark.txt
    npm install --package-lock-only --ignore-scripts --no-audit --no-fund
