"""Prepares the fetched front-end packages for a service that is not on GOV.UK.

Run as ``python -m assay.web.prepare_assets`` after the packages are fetched. Crown and crest, the GDS
Transport font and GOV.UK's icons may be used on GOV.UK only, so they are left behind; addresses become
relative, so that the files can be served from anywhere and their names can carry a hash. The font of PDFs
comes along with its licence, so that an installation makes them without the packages.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TARGET = Path(__file__).resolve().parent / "static"
FONT = 'arial,helvetica,"Liberation Sans",sans-serif'
FORBIDDEN = re.compile(r"GDS Transport|crest|crown|opengraph|/assets/|sourceMappingURL", re.IGNORECASE)

MIT = """The MIT License (MIT)

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN
AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE
OR OTHER DEALINGS IN THE SOFTWARE.
"""
GOVUK_COPYRIGHT = "Copyright (C) 2017 Crown Copyright (Government Digital Service)"
FACES = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
MOJ_COPYRIGHT = "Copyright (C) Crown Copyright (Ministry of Justice)"


class Unprepared(Exception):
    """The packages are not where they should be, or hold something we cannot make fit."""


def prepare(*, packages: Path, to: Path) -> list[Path]:
    """Write the prepared files under ``to`` and return them. Built beside, checked, then swapped in."""
    govuk = packages / "govuk-frontend" / "dist" / "govuk"
    moj = packages / "@ministryofjustice" / "frontend" / "moj"
    arimo = packages / "@expo-google-fonts" / "arimo"
    for folder in (govuk, moj, arimo):
        if not folder.is_dir():
            raise Unprepared(
                f"{folder} is missing. Fetch the packages first: npm ci, or python3 start.py setup."
            )
    beside = to.with_name(to.name + ".new")
    shutil.rmtree(beside, ignore_errors=True)
    _write_govuk(govuk, beside / "govuk")
    _write_moj(moj, beside / "moj")
    _write_arimo(arimo, beside / "arimo")
    _check(beside)
    shutil.rmtree(to, ignore_errors=True)
    beside.rename(to)
    return sorted(each for each in to.rglob("*") if each.is_file())


def rebranded_style(css: str) -> str:
    """A style sheet without GOV.UK's font, crest and comments, and with relative addresses."""
    css = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", css)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = css.replace("GDS Transport,arial,sans-serif", FONT)
    # They stand in a rule's selector (the Ministry of Justice's header) or in its address (the footer).
    for rule in (r"[^{}]*(?:crest|crown)[^{}]*\{[^{}]*\}", r"[^{}]*\{[^{}]*crest[^{}]*\}"):
        css = re.sub(rule, "", css)
    return css.replace("url(/assets/images/", "url(images/")


def plain_script(javascript: str) -> str:
    """A script without the pointer to a source map that is not served."""
    return re.sub(r"//# sourceMappingURL=\S+", "", javascript)


def _write_govuk(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    style = rebranded_style((source / "govuk-frontend.min.css").read_text("utf-8"))
    (target / "govuk-frontend.min.css").write_text(style, "utf-8")
    script = plain_script((source / "govuk-frontend.min.js").read_text("utf-8"))
    (target / "govuk-frontend.min.js").write_text(script, "utf-8")
    (target / "LICENCE.txt").write_text(MIT.format(copyright=GOVUK_COPYRIGHT), "utf-8")


def _write_moj(source: Path, target: Path) -> None:
    (target / "images").mkdir(parents=True)
    style = rebranded_style((source / "moj-frontend.min.css").read_text("utf-8"))
    (target / "moj-frontend.min.css").write_text(style, "utf-8")
    script = plain_script((source / "moj-frontend.min.js").read_text("utf-8"))
    (target / "moj-frontend.min.js").write_text(script, "utf-8")
    for name in sorted(set(re.findall(r"url\(images/([\w.-]+)\)", style))):
        shutil.copyfile(source / "assets" / "images" / name, target / "images" / name)
    (target / "LICENCE.txt").write_text(MIT.format(copyright=MOJ_COPYRIGHT), "utf-8")


def _write_arimo(source: Path, target: Path) -> None:
    """The four faces a report may use. The licence of the font asks to go with it wherever it goes."""
    target.mkdir(parents=True)
    for face in FACES:
        shutil.copyfile(source / face / f"Arimo_{face}.ttf", target / f"Arimo_{face}.ttf")
    shutil.copyfile(source / "LICENSE_FONT", target / "LICENCE.txt")


def _check(folder: Path) -> None:
    for each in folder.rglob("*"):
        if each.suffix in (".css", ".js"):
            found = FORBIDDEN.search(each.read_text("utf-8"))
            if found:
                raise Unprepared(
                    f"{each.name} still holds {found.group(0)!r}; its package has changed its form."
                )


def main() -> int:
    """Prepare from ``node_modules`` of the repository, or from a folder given as the first argument."""
    packages = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "node_modules"
    try:
        made = prepare(packages=packages, to=TARGET)
    except Unprepared as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    sys.stdout.write(f"Prepared {len(made)} front-end files.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
