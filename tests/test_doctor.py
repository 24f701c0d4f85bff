# SPDX-License-Identifier: MIT
"""The doctor: its questions, what it makes of libraries that crash, hang or are none, and what it finds."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rich")
pytest.importorskip("threadpoolctl")

import pyblaslite as pbl
from pyblaslite.__main__ import main
from pyblaslite.doctor import ask, findings, libraries, probe, report, system
from pyblaslite.race.peers import library_peer, ours_with

OURS = ours_with(pbl.get_isa())
RULED = [question for question in probe.QUESTIONS if question.rule is not None]
needs_cc = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")


@pytest.mark.parametrize("question", RULED, ids=lambda question: question.name)
def test_ours_answers_as_the_rule(question: probe.Question) -> None:
    assert ask.ask(question, OURS) == ask.Answer(question.name, OURS.name, str(question.rule), ask.GOOD)


def made(folder: Path, body: str) -> Any:
    """A library whose cblas_dgemm is this, and that has no other routine."""
    source, library = folder / "turtle.c", folder / "libturtle.so"
    source.write_text(
        "#include <stdlib.h>\n#include <unistd.h>\n"
        "void cblas_dgemm(int o, int ta, int tb, int m, int n, int k, double alpha, const double *a, int lda,\n"
        "                 const double *b, int ldb, double beta, double *c, int ldc)\n{" + body + "}\n"
    )
    subprocess.run(["cc", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    return library_peer("turtle", library)


WRONG = "for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) c[i * ldc + j] = beta * c[i * ldc + j] + alpha * k;"


@needs_cc
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("abort();", "killed by SIGABRT"),
        ("exit(3);", "ends the process, status 3"),
        ("pause();", "hangs (0.5 s)"),
        ('write(1, "I speak\\n", 8);' + WRONG, "NaN at n = 1, 3, 17, 40, 100, 300"),
        ("if (n == 40) " + WRONG + "else for (int i = 0; i < m * n; i++) c[i] = alpha * k;", "NaN at n = 40"),
    ],
)
def test_what_a_library_does_to_its_process_is_an_answer(tmp_path: Path, body: str, said: str) -> None:
    question = next(question for question in RULED if question.ask is probe.gemm_beta_zero)
    answer = ask.ask(question, made(tmp_path, body), 0.5 if "pause" in body else 10)
    assert (answer.said, answer.verdict) == (said, ask.BAD)


@needs_cc
def test_every_question_is_survived(tmp_path: Path) -> None:
    """By a library that has nothing but a gemm that does nothing: what it cannot do is absent, not wrong."""
    answers = {answer.question: answer for answer in ask.ask_all([made(tmp_path, "")], lambda what: None)}
    assert list(answers) == [question.name for question in probe.QUESTIONS]
    for question in probe.QUESTIONS:
        answer = answers[question.name]
        if question.ask.__name__.startswith("gemm_"):
            assert answer.verdict == (ask.GOOD if question.ask is probe.gemm_without_rows else ask.BAD), answer
        elif question.name.split(",")[0].split()[0] not in {"gemm", "2^-1022"}:
            assert (answer.said, answer.verdict) == (probe.ABSENT, ask.OPEN)


def test_what_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "libturtle.so").write_text("not a library")
    answer = ask.ask(RULED[0], library_peer("turtle", tmp_path / "libturtle.so"))
    assert answer.said == "cannot be loaded"


@pytest.mark.parametrize(
    ("files", "cpus"),
    [
        ({}, math.inf),
        ({"cpu.max": "max 100000"}, math.inf),
        ({"cpu.max": "150000 100000"}, 1.5),
        ({"a/b/cpu.max": "400000 100000", "a/cpu.max": "300000 100000"}, 3),
        ({"a/b/cpu.max": "50000 100000", "a/cpu.max": "nonsense"}, 0.5),
    ],
)
def test_quota(tmp_path: Path, files: dict[str, str], cpus: float) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    for name, line in files.items():
        (tmp_path / name).write_text(line + "\n")
    own = tmp_path / "own"
    own.write_text("1:cpu:/elsewhere\n0::/a/b\n")
    assert system.cgroup_cpus(str(tmp_path), own) == cpus


def test_facts() -> None:
    facts = system.facts()
    assert pbl.__version__ in facts["pyblaslite"]
    assert f"runs {pbl.get_isa()}" in facts["pyblaslite"]
    assert facts["library"] == pbl.get_lib()
    assert facts["threads"].startswith(str(pbl.get_num_threads()))
    assert all(facts.values())


def test_environment() -> None:
    variables = {"OMP_NUM_THREADS": "3", "OPENBLAS_CORETYPE": "Haswell", "HOME": "/", "LD_PRELOAD": "x.so"}
    assert system.environment(variables) == ["LD_PRELOAD=x.so", "OMP_NUM_THREADS=3", "OPENBLAS_CORETYPE=Haswell"]


@needs_cc
def test_compilers() -> None:
    assert any("(" in version or "version" in version for version in system.compilers().values())


def library(package: str, kind: str, threads: int = 1) -> libraries.Loaded:
    return libraries.Loaded(package, kind, f"{package}'s", "1", threads, f"/lib/{package}-{kind}.so")


def test_clashes() -> None:
    assert libraries.clashes([library("numpy", "blas"), library("pyblaslite", "openmp")], 1) == []
    two = [library(package, "openmp") for package in ("torch", "sklearn")]
    (sentence,) = libraries.clashes(two, 1)
    assert "2 OpenMP runtimes in one process (torch-openmp.so by torch, sklearn-openmp.so by sklearn)" in sentence
    (sentence,) = libraries.clashes([library(package, "blas") for package in ("numpy", "scipy.linalg")], 1)
    assert "2 BLAS libraries of packages" in sentence
    (sentence,) = libraries.clashes([library("numpy", "blas", threads=64)], 2)
    assert "would use 64 threads on 2 allowed CPUs: set OMP_NUM_THREADS" in sentence


def test_loaded() -> None:
    found = libraries.load_all()
    assert {("numpy", "blas"), ("pyblaslite", "blas")} <= {(one.package, one.kind) for one in found}
    assert len({one.path for one in found}) == len(found)


def test_packages_that_do_not_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "PACKAGES", ("no_such_package",))
    monkeypatch.setattr(libraries, "installed", lambda package: True)
    with pytest.raises(libraries.LoadError, match=r"No module named 'no_such_package'"):
        libraries.load_all()


def test_a_library_is_asked_once() -> None:
    loaded = libraries.load_all()
    numpys = library_peer("mine", next(one.path for one in loaded if one.package == "numpy"))
    probed = libraries.probed(loaded, [numpys])
    assert [competitor.name for competitor in probed[:2]] == [OURS.name, "mine"]
    assert "numpy" not in {competitor.name for competitor in probed}


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "find_peers", list)
    monkeypatch.setattr(libraries, "load_all", list)
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    target = tmp_path / "doctor.json"
    assert main(["doctor", "--json", str(target)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in ("Answers at the edges", "nrm2 of (1e200, 1e200)", f"{len(RULED)} of {len(RULED)}", "Written: "):
        assert words in said
    document = json.loads(target.read_text())
    assert document["schema"] == findings.SCHEMA
    assert list(document["probed"].values()) == [pbl.get_lib()]
    assert {answer["verdict"] for answer in document["answers"]} == {ask.GOOD, ask.OPEN}


def test_ours_wrong_is_status_1() -> None:
    good, bad = (ask.Answer("q", name, "", v) for name, v in (("peer", ask.GOOD), ("ours", ask.BAD)))
    shared = (1, "", {}, [], [], [])
    assert not findings.Findings(*shared, {"ours": "", "peer": ""}, {"q": "x"}, [good, bad]).ours_is_right()
    assert findings.Findings(*shared, {"peer": "", "ours": ""}, {"q": "x"}, [good, bad]).ours_is_right()
    assert str(report.cell(bad)) == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--library", "it=none.so"], "expected NAME=FILE"),
        (["--json", "no/such/file.json"], "there is no directory no/such"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        assert main(["doctor", *arguments]) == 2
    except SystemExit as end:
        assert end.code == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_without_threadpoolctl(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["doctor"]) == 2
    assert "rich and threadpoolctl not installed: pip install pyblaslite[doctor]" in capsys.readouterr().err


def test_the_probe_stands_alone() -> None:
    """It may import nothing that brings a BLAS or an OpenMP runtime with it."""
    script = f"import sys; sys.path.insert(0, {str(Path(probe.__file__).parent)!r}); import probe; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {"numpy", "pyblaslite"} & set(said.split())
