# SPDX-License-Identifier: MIT
"""The command line, and the race: its arguments, its files, and who fails in it."""

from __future__ import annotations

import dataclasses
import importlib.util
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rich")
pytest.importorskip("matplotlib")

import pyblaslite
from pyblaslite.__main__ import main
from pyblaslite.race import python_race, report, results, score, shapes, suite, suite_report
from pyblaslite.race.peers import (
    THREAD_VARIABLES,
    Competitor,
    find_competitors,
    find_peers,
    library_peer,
    python_competitor,
)
from pyblaslite.race.plan import callers, lacking
from pyblaslite.race.plot import spread
from pyblaslite.race.process import DeadError, OrderError, Process
from pyblaslite.race.routines import TRAFFIC

SMALL = ["race", "--sizes", "64", "--threads", "1", "--rounds", "2"]


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def status_of(arguments: list[str]) -> int:
    """The exit status, however main ends."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def scripted(name: str, body: str) -> Competitor:
    """A competitor that answers 'about', and then does as ``body`` says to each order."""
    loop = "for order in sys.stdin:\n if order == 'about\\n': print('it', flush=True)\n else: "
    code = f"import sys, os, time\n{loop}{body}"
    return Competitor(name, "peer", (sys.executable, "-c", code))


def test_info(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info"]) == 0
    said = capsys.readouterr().out
    for fact in (pyblaslite.__version__, pyblaslite.get_isa(), pyblaslite.get_lib(), pyblaslite.threading()):
        assert fact in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["sprint"], "sprint"),
        (["race", "--sizes", "64,x"], "given 'x', expected a positive integer"),
        (["race", "--sizes", "0"], "given '0'"),
        (["race", "--rounds", "-1"], "--rounds"),
        (["race", "--dtype", "float16"], "given 'float16', expected one of float32"),
        (["race", "--dtype", "int8"], "--dtype: int8 only with --suite"),
        (["race", "--threads", "4096"], "given 4096, but only"),
        (["race", "--only", "turtle"], "given 'turtle', expected some of"),
        (["race", "--shapes", "none.txt"], "none.txt: No such file"),
        (["race", "--plot", "race.doc"], "race.doc: a picture's name ends in one of .png, .svg, .pdf"),
        (["race", "--json", "no/such/folder.json"], "there is no directory no/such"),
        (["race", "--json", "."], "it is a directory"),
        (["race", "--family", "small"], "--family: only with --suite"),
        (["race", "--results", "results.md"], "--results: only with --suite"),
        (["race", "--suite", "--sizes", "3"], "--sizes: not with --suite"),
        (["race", "--suite", "--python"], "--python: not with --suite"),
        (["race", "--suite", "--plot", "race.png"], "--plot: not with --suite"),
        (["race", "--suite", "--family", "huge"], "--family: given 'huge', expected some of: small, "),
        (["race", "--suite", "--family", "small", "--dtype", "complex64"], "no family has shapes of this dtype"),
        (["race", "--suite", "--family", "small", "--dtype", "int8"], "no family has shapes of this dtype"),
        (["race", "--suite", "--results", "no/such/file.md"], "there is no directory no/such"),
        (["race", "--library", "it=none.so"], "expected NAME=FILE"),
        (["plot", "none.json", "race.png"], "none.json: No such file"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_without_rich(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["race"]) == 2
    assert "rich and matplotlib not installed: pip install pyblaslite[race]" in capsys.readouterr().err


def test_shapes_file() -> None:
    path = Path("mine.txt")
    path.write_text("# two\nlayer 3 4 5\n\ngram 2 2 100 T n # X^T X\n")
    assert shapes.read_shapes(path) == [
        shapes.Shape("mine", "layer", 3, 4, 5, "nn"),
        shapes.Shape("mine", "gram", 2, 2, 100, "tn"),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a 1 2", "line 2: given 3 words, expected: name m n k"),
        ("a 1 2 3 n", "line 2: given 5 words"),
        ("a 1 2 3.5", "line 2: given '3.5', expected a size"),
        ("a 1 0 3", "line 2: given '0'"),
        ("a 1 2 3 n x", "line 2: trans: given 'x', expected n, t or c"),
        ("first 1 2 3", "line 2: there is another shape named 'first'"),
    ],
)
def test_shapes_file_with_a_mistake(line: str, words: str) -> None:
    path = Path("mine.txt")
    path.write_text(f"first 1 1 1\n{line}\n")
    with pytest.raises(ValueError, match=r"mine\.txt") as caught:
        shapes.read_shapes(path)
    assert words in str(caught.value)


def test_shapes_file_without_shapes() -> None:
    Path("empty.txt").write_text("# nothing\n")
    with pytest.raises(ValueError, match="there is no shape in it"):
        shapes.read_shapes(Path("empty.txt"))


def test_operations_and_bytes() -> None:
    shape = shapes.Shape("", "", 2, 3, 4)
    assert shape.flops("float64") == 48
    assert shape.flops("complex64") == 192
    assert shape.min_bytes("complex128") == 16 * (8 + 12 + 6)
    stack = shapes.Shape("", "", 2, 3, 4, count=10)
    assert stack.flops("float64") == 480
    assert stack.min_bytes("float32") == 4 * 10 * (8 + 12 + 6)


def test_orders() -> None:
    assert shapes.Shape("", "", 2, 3, 4, "tc").order("complex64") == "gemm c tc 2 3 4"
    assert shapes.Shape("", "", 2, 3, 4, lds=(7, 8, 9)).order("float64") == "gemm d nn 2 3 4 7 8 9"
    assert shapes.Shape("", "", 2, 3, 4, count=10).order("float32") == "batch s 2 3 4 10"


def check_schema(document: dict[str, Any]) -> None:
    """What docs/results-schema.md says."""
    assert document["schema"] == 3
    assert set(document) == {
        *("schema", "interface", "headline", "rounds", "date", "machine", "versions", "competitors"),
        *("roofs", "bandwidths", "results", "missing"),
    }
    assert {"cpu", "cpus", "cores", "caches", "isas", "isa"} == set(document["machine"])
    assert {"pyblaslite", "python", "numpy"} < set(document["versions"])
    names = {competitor["name"] for competitor in document["competitors"]}
    for row in document["results"]:
        assert row["competitor"] in names
        assert row["seconds"] == min(row["samples"]) > 0
        assert row["routine"] == "gemm"
        operations = (8 if row["dtype"].startswith("complex") else 2) * row["m"] * row["n"] * row["k"] * row["count"]
        assert row["gflops"] == pytest.approx(operations / row["seconds"] / 1e9)
        assert 1 <= len(row["samples"]) <= document["rounds"]


def test_small_race(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--only", "naive,ours", "--dtype", "float32,complex128"]) == 0
    document = json.loads(Path("race.json").read_text())
    check_schema(document)
    raced = {(row["competitor"], row["dtype"]) for row in document["results"]}
    ours = {f"pyblaslite-{isa}" for isa in pyblaslite.isas()}
    assert raced == {(n, t) for n in {"naive", "naive-native", *ours} for t in ("float32", "complex128")}
    assert [roof["dtype"] for roof in document["roofs"]] == ["float32", "complex128"]
    assert document["bandwidths"][0]["gbytes"] > 0
    assert Path("race.png").read_bytes().startswith(b"\x89PNG")
    assert "squares · complex128 · 1 thread" in capsys.readouterr().out

    assert main(["plot", "race.json", "again.svg"]) == 0
    assert "<svg" in Path("again.svg").read_text()


def test_python_race() -> None:
    Path("mine.txt").write_text("gram 8 8 100 t n\nouter 5 7 1 n c\n")
    arguments = ["--python", "--shapes", "mine.txt", "--no-plot", "--json", "python.json"]
    assert main(["race", "--threads", "1", "--rounds", "1", *arguments]) == 0
    document = json.loads(Path("python.json").read_text())
    check_schema(document)
    assert document["interface"] == "python"
    assert {row["competitor"] for row in document["results"]} == {"pyblaslite", "numpy"}
    assert not document["missing"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("os.abort()", "killed by SIGABRT"),
        ("sys.exit('out of ideas')", "ended with status 1: out of ideas"),
        ("print('error: no such type', flush=True)", "no such type"),
        ("print('soon', flush=True)", "answered 'soon'"),
        ("print('nan', flush=True)", "answered 'nan'"),
    ],
)
def test_a_failing_competitor_does_not_end_the_race(
    body: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    everyone = [*find_competitors(), scripted("turtle", body)]
    monkeypatch.setattr("pyblaslite.race.command.find_competitors", lambda: everyone)
    isa = f"pyblaslite-{pyblaslite.get_isa()}"
    assert main([*SMALL, "--sizes", "64,65", "--no-plot", "--only", f"turtle,{isa}"]) == 0
    document = json.loads(Path("race.json").read_text())
    check_schema(document)
    assert {row["competitor"] for row in document["results"]} == {isa}
    assert {(row["competitor"], row["kind"]) for row in document["missing"]} == {("turtle", "failed")}
    assert words in document["missing"][0]["reason"]
    said = " ".join(capsys.readouterr().out.split())
    assert "turtle failed" in said
    assert words in said


def test_a_library_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    Path("libturtle.so").write_text("not a library")
    arguments = ["--library", "turtle=libturtle.so", "--only", "turtle", "--no-plot"]
    assert main([*SMALL, *arguments]) == 1
    assert "turtle failed" in capsys.readouterr().out


def test_a_hanging_competitor_is_ended() -> None:
    with Process(scripted("turtle", "time.sleep(60)"), [min(os.sched_getaffinity(0))]) as process:
        assert process.ask("about") == "it"
        with pytest.raises(DeadError, match="no answer within"):
            process.ask("gemm", timeout=0.2)


def test_two_of_the_same_name(capsys: pytest.CaptureFixture[str]) -> None:
    Path("libturtle.so").touch()
    assert main(["race", "--library", "naive=libturtle.so"]) == 2
    assert "there is another competitor named 'naive'" in capsys.readouterr().err


def test_an_idle_competitor_is_stopped_on_its_cpu() -> None:
    cpu = min(os.sched_getaffinity(0))
    before = os.sched_getaffinity(0)
    with Process(scripted("turtle", "print(os.sched_getaffinity(0), flush=True)"), [cpu]) as process:
        assert process.ask("where") == str({cpu})
        assert os.sched_getaffinity(0) == before
        stat = Path(f"/proc/{process.pid}/stat")
        deadline = time.monotonic() + 5
        while stat.read_text().split()[2] != "T" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert stat.read_text().split()[2] == "T"


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    variables = scripted("turtle", "pass").process_environment(3)
    assert "OPENBLAS_CORETYPE" not in variables
    assert {variables[name] for name in THREAD_VARIABLES} == {"3"}


def test_every_peer_multiplies() -> None:
    for peer in find_peers():
        with Process(peer, [min(os.sched_getaffinity(0))]) as process:
            assert process.ask("about")
            assert process.ask("sample 0.001") == "0.001"
            for order in ("gemm s nn 5 6 7", "gemm d tn 5 6 7", "gemm c nc 5 6 7", "gemm z tt 5 6 7"):
                assert process.seconds(order) > 0
                assert process.seconds(f"{order} 8 9 10") > 0
            for letter in "sdcz":  # also by those whose own function for stacks crashes
                assert process.seconds(f"batch {letter} 5 6 7 8") > 0


def test_pbl_race_refuses_what_it_does_not_know() -> None:
    ours = next(c for c in find_competitors() if c.kind == "ours")
    with Process(ours, [min(os.sched_getaffinity(0))]) as process:
        for order in ("gemm", "gemm s nn", "sing", "peak x 1", "gemm q nn 1 1 1", "gemm s nn 0 1 1"):
            with pytest.raises(OrderError):
                process.ask(order)
        for order in (
            "gemm s nn 2 3 4 5",
            "gemm s nn 2 3 4 3 3 3",
            "gemm s tn 2 3 4 1 3 3",
            "gemm s nt 2 3 4 4 3 3",
        ):
            with pytest.raises(OrderError, match=r"LDA LDB LDC|leading dimension"):
                process.ask(order)
        for order in ("batch s 1 1 1", "batch s 1 0 1 5", "batch s 1 1 1 0", "batch s 1 1 1 -3"):
            with pytest.raises(OrderError, match=r"batch T M N K COUNT|a size is less than 1"):
                process.ask(order)
        with pytest.raises(OrderError, match="T is one of sdcz"):
            process.ask("batch q 1 1 1 2")
        for order in ("sample ", "sample 0", "sample -1", "sample nan", "sample x"):
            with pytest.raises(OrderError, match="sample SECONDS"):
                process.ask(order)
        assert pyblaslite.__version__ in process.ask("about")


def every_variant(flags: str) -> list[str]:
    """All combinations of a routine's flags."""
    letters = {"s": "lr", "u": "lu", "t": "ntc"}
    return ["".join(chosen) for chosen in itertools.product(*(letters[flag] for flag in flags))] if flags else ["-"]


def routine_orders() -> list[str]:
    """Every routine that pbl-race knows, in all types and variants, on matrices that fill no tile."""
    table = (Path(__file__).parents[1] / "csrc/race/routines.h").read_text()
    found = re.findall(r'X\((\w+), +\w+, +\w+, +"(\w+)", +"(\w*)"', table)
    orders = []
    for routine, types, flags in found:
        square = routine in {"symv", "hemv", "trmv", "trsv"}
        undefined = {"herk": "t", "her2k": "t", "syrk": "c", "syr2k": "c"}.get(routine, "")
        for letter, variant in itertools.product(types, every_variant(flags)):
            if letter in "sd" or not undefined or variant[-1] != undefined:
                orders.append(f"{routine} {letter} {variant} {37 if square else 45} 37 5")
    return orders


def test_every_routine_is_right_and_timed() -> None:
    orders = routine_orders()
    assert {order.split()[0] for order in orders} == set(TRAFFIC)
    ours = next(c for c in find_competitors() if c.kind == "ours")
    with Process(ours, [min(os.sched_getaffinity(0))]) as process:
        assert process.ask("sample 0.0001") == "0.0001"
        for order in orders:
            assert process.seconds(order) > 0, order
        assert process.seconds("axpy d - 1 100 1 2 1 3") > 0  # leading dimensions are increments


def compiled(source: str) -> Competitor:
    """A library of this C source."""
    compiler = shutil.which("cc") or pytest.skip("no C compiler")
    Path("mine.c").write_text(source)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", "libmine.so", "mine.c"], check=True)
    return library_peer("mine", Path("libmine.so").resolve())


@pytest.mark.parametrize("letter", "sdcz")
def test_an_idle_library_is_refused(letter: str) -> None:
    """Functions that do nothing: what they return, or leave in C, is wrong for every routine and variant."""
    names = set()
    for routine in TRAFFIC:
        names |= {f"cblas_{prefix}{routine}" for prefix in (letter, f"i{letter}", "sc", "dz", "cs", "zd")}
    idle = compiled("".join(f"double {name}(void) {{ return -1; }}\n" for name in sorted(names)))
    with Process(idle, [min(os.sched_getaffinity(0))]) as process:
        for order in routine_orders():
            if order.split()[1] == letter:
                with pytest.raises(OrderError, match="the result is wrong"):
                    process.ask(order)


def test_half_of_a_routine_is_refused() -> None:
    half = "void cblas_dswap(int n, double *x, int i, double *y, int j) { while (n--) y[n] = x[n]; }"
    with (
        Process(compiled(half), [min(os.sched_getaffinity(0))]) as process,
        pytest.raises(OrderError, match="the result is wrong"),
    ):
        process.ask("swap d - 1 50 1")


def test_a_routine_that_a_library_lacks() -> None:
    with Process(compiled("int x;"), [min(os.sched_getaffinity(0))]) as process:
        for order, name in (("amax z - 1 5 1", "cblas_izamax"), ("gemm s nn 5 5 5", "cblas_sgemm")):
            with pytest.raises(OrderError, match=f"the library has no {name}"):
                process.ask(order)


def test_routines_are_refused_what_they_do_not_take() -> None:
    ours = next(c for c in find_competitors() if c.kind == "ours")
    with Process(ours, [min(os.sched_getaffinity(0))]) as process:
        for order, words in (
            ("ger c - 5 5 1", "ger T FLAGS M N K .*: T is one of sd"),
            ("trsm d xln 5 5 1", "trsm T FLAGS M N K .*: FLAGS are sut"),
            ("trsm d ln 5 5 1", "FLAGS are sut"),
            ("axpy d n 1 5 1", "FLAGS are -"),
            ("gbmv d n 5 5 5", "the band is wider than the matrix"),
            ("syrk d ln 5 0 5", "a size is less than 1"),
            ("syrk d ln 5 5", "ROUTINE T FLAGS M N K"),
            ("bandwidth 0", "bandwidth KIB"),
        ):
            with pytest.raises(OrderError, match=words):
                process.ask(order)


@pytest.mark.parametrize("routine", TRAFFIC)
def test_bytes_that_move(routine: str) -> None:
    """At least every number once, at most read and written."""
    shape = shapes.Shape("", "", 9, 9, 3, "l", routine=routine)
    assert shape.footprint("float64") <= shape.min_bytes("float64") <= 2 * shape.footprint("float64")
    assert shape.min_bytes("complex64") == shape.min_bytes("float64") == 2 * shape.min_bytes("float32")


def test_what_is_bound_by_memory_is_held_against_the_bandwidth_at_its_size() -> None:
    axpy = results.Result(
        *("axpy", "axpy 1000", 1, 1000, 1, "", "float64", 1, "pyblaslite-avx2", 1e-6, [1e-6], 2.0),
        routine="axpy",
        gbytes=24.0,
    )
    peer = dataclasses.replace(axpy, competitor="mkl", seconds=2e-6, gflops=1.0, gbytes=12.0)
    race = a_race(axpy, peer)
    assert score.share_of_limit(race, axpy) is None
    race.bandwidths = [
        results.Bandwidth(1, gbytes, kib) for gbytes, kib in ((90.0, 8), (48.0, 15), (20.0, 16), (10.0, 9999))
    ]
    (row,) = score.rows(race)
    assert row.of_limit == pytest.approx(0.5)
    assert suite_report.family_grid("axpy", [row]).lines[0][3:] == ["24.0", "12.0*", "2.00", "ahead", "50%"]
    assert race.bandwidth(1) == 10.0
    assert race.bandwidth(1, 100) == 90.0
    assert race.bandwidth(2) is None


def test_levels_in_the_suite() -> None:
    chosen = suite.choose(["level 2"], ["float64"], quick=False)
    assert [f.name for f in chosen] == [kin.name for kin in suite.LEVEL_2]
    arguments = ["--family", "level 1,trsm", "--threads", "1", "--rounds", "1", "--dtype", "float32", "--only", "ours"]
    assert main(["race", "--suite", "--quick", "--json", "suite.json", *arguments]) == 0
    document = json.loads(Path("suite.json").read_text())
    assert not [missing for missing in document["missing"] if missing["kind"] == "failed"]
    assert {row["set"] for row in document["results"]} == {"trsm", *(kin.name for kin in suite.LEVEL_1)}
    assert all((row["gbytes"] is None) == (row["routine"] == "trsm") for row in document["results"])
    assert len({bandwidth["kib"] for bandwidth in document["bandwidths"]}) == len(document["bandwidths"]) > 3


@pytest.mark.parametrize("call", python_race.CALLS)
def test_python_calls(call: str) -> None:
    needed = {known.key: name for known, name in suite.NEEDS.items()}
    if not hasattr(pyblaslite, needed.get(call, "matmul")):
        pytest.skip(f"this version has no {needed[call]}")
    module = "torch" if "torch" in call else "pyblaslite"
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    with Process(python_competitor("it", "ours", module, call), [min(os.sched_getaffinity(0))]) as process:
        assert process.ask("sample 0.001") == "0.001"
        assert process.seconds(f"gemm {'i' if 'int' in call else 'd'} nn 5 6 7") > 0
        if "matmul" in call:
            assert process.seconds("batch s 5 6 7 8") > 0
        for order in ("sing", "batch s 1 1 1", "gemm s nn 1 x 1", "gemm q nn 1 1 1"):
            with pytest.raises(OrderError):
                process.ask(order)


NARROW_FAMILIES = [f for f in suite.FAMILIES if any(call.module == "torch" for call in f.calls)]


@pytest.mark.parametrize("family", NARROW_FAMILIES, ids=lambda family: family.name)
def test_calls_of_narrow_families(family: suite.Family) -> None:
    (dtype,) = family.dtypes
    if absent := lacking(family):
        pytest.skip(f"{' and '.join(absent)} not installed")
    for competitor in callers(family.calls):
        with Process(competitor, [min(os.sched_getaffinity(0))]) as process:
            assert process.ask("sample 0.001") == "0.001"
            for sizes in ((5, 6, 7), (64, 64, 64), (33, 20, 700)):  # sums of 700 bfloat16 are no bfloat16
                assert process.seconds(shapes.Shape("", "", *sizes).order(dtype)) > 0


@pytest.mark.parametrize(("name", "family"), [("torch", "int8"), ("ml_dtypes", "bfloat16")])
def test_families_are_left_out_where_a_package_is_absent(
    name: str, family: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda wanted: None if wanted == name else wanted)
    assert main(["race", "--suite", "--family", f"Python {family}"]) == 2
    said = capsys.readouterr()
    assert said.out == f"Python {family} is left out, as there is no {name} here.\n"
    assert "no family has shapes of this dtype that can be called here" in said.err


def test_a_wrong_result_is_found() -> None:
    for call, bias, right in (("gemm_out", 9, 2), ("gemm_gelu", -1, 0.8413447)):
        runner = python_race.Runner(np, pyblaslite, call)
        a, b, c = np.ones((1, 2), "f"), np.ones((2, 1), "f"), np.full((1, 1), right, "f")
        runner.check(a, b, c, [bias])
        for wrong in (right + 1e-4, np.nan):
            with pytest.raises(ArithmeticError, match="the result is wrong"):
                runner.check(a, b, np.full_like(c, wrong), [bias])


def test_torch_is_told_how_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    told: list[int] = []
    for name in ("torch", "numpy"):
        python_race.limit_threads(SimpleNamespace(__name__=name, set_num_threads=told.append))
    assert told == [3]


def a_result(competitor: str, seconds: float, shape: str = "one", family: str = "small") -> results.Result:
    return results.Result(
        family, shape, 8, 8, 8, "nn", "float32", 1, competitor, seconds, [seconds], 1024 / seconds / 1e9
    )


def a_race(*found: results.Result) -> results.Race:
    names = {"pyblaslite-avx2": "ours", "pyblaslite-scalar": "ours", "mkl": "peer", "aocl": "peer", "naive": "naive"}
    entrants = [results.Entrant(name, kind, [name], f"{name} 1.0") for name, kind in names.items()]
    machine = {"cpu": "a CPU", "cores": 1, "caches": {"L1d": "32K"}, "isa": "avx2"}
    return results.Race(
        *("suite", "pyblaslite-avx2", 1, machine, {"numpy": "2"}, "2000-01-01"),
        competitors=entrants,
        roofs=[results.Roof("float32", 1, 2.048, [2.048])],
        results=list(found),
    )


def test_a_row_compares_ours_with_the_best_peer() -> None:
    ours, naive = a_result("pyblaslite-avx2", 1e-6), a_result("naive", 1e-9)
    race = a_race(a_result("pyblaslite-scalar", 9e-6), ours, naive, a_result("mkl", 3e-6), a_result("aocl", 2e-6))
    (row,) = score.rows(race)
    assert row.ours is ours
    assert row.best.competitor == "aocl"
    assert row.ratio == pytest.approx(2)
    assert row.of_limit == pytest.approx(0.5)


def test_what_cannot_be_compared_is_no_row() -> None:
    race = a_race(a_result("mkl", 1.0), a_result("pyblaslite-avx2", 1.0, "two"), a_result("naive", 1.0, "two"))
    assert score.rows(race) == []
    assert suite_report.sentences([]) == [suite_report.NO_ROWS]


@pytest.mark.parametrize(
    ("ratio", "said"), [(1.03, "ahead"), (1.019, "tie"), (1, "tie"), (0.981, "tie"), (0.97, "behind"), (0.01, "behind")]
)
def test_verdicts(ratio: float, said: str) -> None:
    assert score.verdict(ratio) == said


def test_mean_worst_and_counts() -> None:
    race = a_race(
        *(a_result("pyblaslite-avx2", 1.0, shape) for shape in ("fast", "slow")),
        *(a_result("mkl", 4.0, "fast"), a_result("aocl", 5.0, "fast"), a_result("aocl", 0.25, "slow")),
        *(a_result("pyblaslite-avx2", 1.0, "same", "big"), a_result("mkl", 1.0, "same", "big")),
    )
    found = score.rows(race)
    assert score.geometric_mean(row.ratio for row in found) == pytest.approx(1)
    assert score.worst(found).label == "small slow float32 x 1"
    assert score.count_verdicts(found) == {"ahead": 1, "tie": 1, "behind": 1}
    assert {name: len(rows) for name, rows in score.by_family(found).items()} == {"small": 2, "big": 1}
    (said,) = suite_report.sentences(found)
    for words in ("3 rows", "ahead 1, tie 1, behind 1", "1.000", "worst 0.25 (small slow float32 x 1, against aocl)"):
        assert words in said


def test_markdown(tmp_path: Path) -> None:
    race = a_race(a_result("pyblaslite-avx2", 1e-6), a_result("mkl", 3e-6), a_result("aocl", 2e-6))
    suite_report.write_markdown(race, tmp_path / "it.md", "pyblaslite race --suite")
    said = (tmp_path / "it.md").read_text()
    for words in ("a CPU", "2000-01-01", "mkl 1.0", "numpy 2", "`pyblaslite race --suite`", "## small, GFLOP/s"):
        assert words in said
    assert "| one | float32 | 1 | 1.0 | 0.34 | 0.51* | 2.00 | ahead | 50% |" in said
    tables = [block.splitlines() for block in said.split("\n\n") if block.startswith("| ")]
    assert tables
    assert all(len({line.count("|") for line in lines}) == 1 for lines in tables)


def test_the_suite_is_well_formed() -> None:
    names = [(family.name, dtype) for family in suite.FAMILIES for dtype in family.dtypes]
    assert len(set(names)) == len(names)
    assert {kin.name for level in suite.LEVELS.values() for kin in level} < {name for name, _ in names}
    for family in suite.FAMILIES:
        assert family.shapes
        assert "," not in family.name
        assert set(family.dtypes) <= shapes.LETTERS.keys()
        assert len({shape.name for shape in family.shapes}) == len(family.shapes)
        assert 1 <= len(family.quick().shapes) <= suite.QUICK
        assert set(family.quick().shapes) <= set(family.shapes)
        assert {call.key for call in family.calls} <= python_race.CALLS.keys()
        assert bool(family.calls) == family.name.startswith("Python")
        assert family.calls or not set(family.dtypes) & set(shapes.NARROW)
        for shape in family.shapes:
            assert shape.set == family.name
            assert min(shape.m, shape.n, shape.k, shape.count) >= 1
            assert shape.routine != "gemm" or (len(shape.flags) == 2 and set(shape.flags) <= set(shapes.OPS))
            assert shape.count == 1 or (shape.flags == "nn" and not shape.lds)
            assert all(ld >= max(shape.m, shape.n, shape.k) for ld in shape.lds or ())


def test_choosing_families() -> None:
    assert [f.name for f in suite.choose(["big", "small"], None, quick=False)] == ["small", "big"]
    assert {f.dtypes for f in suite.choose(None, ["complex64"], quick=True)} == {("complex64",)}


def test_small_suite(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = [
        "--family",
        "small complex,stacks,Python prepared",
        "--dtype",
        "complex64,float64",
        "--only",
        "ours,numpy",
    ]
    files = ["--json", "suite.json", "--results", "suite.md"]
    assert main(["race", "--suite", "--quick", "--threads", "1", "--rounds", "1", *chosen, *files]) == 0
    document = json.loads(Path("suite.json").read_text())
    check_schema(document)
    assert document["interface"] == "suite"
    assert not [missing for missing in document["missing"] if missing["kind"] == "failed"]
    raced = {(row["set"], row["dtype"]) for row in document["results"]}
    assert {("small complex", "complex64"), ("stacks", "float64")} <= raced
    assert {row["count"] for row in document["results"] if row["set"] == "stacks"} == {1000, 10000}
    assert "geometric mean of ours / best peer" in " ".join(capsys.readouterr().out.split())
    written = Path("suite.md").read_text()
    assert "## stacks, GFLOP/s" in written
    assert "--dtype complex64,float64 --threads 1 --family 'small complex,stacks,Python prepared' --rounds 1" in written
    assert str(Path.cwd()) not in written

    assert main(["plot", "suite.json", "suite.png"]) == 2
    assert "a suite has no picture" in capsys.readouterr().err


def children_of(pid: int) -> list[int]:
    """The processes a process has started."""
    task = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in task.read_text().split()]


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(("ending", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_nothing_is_left_behind(ending: signal.Signals, status: int) -> None:
    command = [sys.executable, "-m", "pyblaslite", *SMALL, "--rounds", "1000", "--no-plot", "--only", "ours"]
    # a job in the background of a script is started with Ctrl-C ignored, and would hand that on
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as race:
        children: list[int] = []
        while len(children) < len(pyblaslite.isas()) + 1:
            assert race.poll() is None
            children = children_of(race.pid)
        race.send_signal(ending)
        _, said = race.communicate(timeout=30)
    assert race.returncode == status
    assert "Traceback" not in said
    deadline = time.monotonic() + 5
    while any(map(is_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(is_alive, children))


def test_results_of_another_schema() -> None:
    for text in ('{"schema": 99}', "[]", "{", '{"schema": 2}'):
        Path("race.json").write_text(text)
        with pytest.raises(ValueError, match="is not the result of a race"):
            results.read(Path("race.json"))


@pytest.mark.parametrize(("ratio", "said"), [(1.019, "tie 1.02"), (0.981, "tie 0.98"), (1.03, "1.03")])
def test_what_is_within_the_noise_is_a_tie(ratio: float, said: str) -> None:
    assert report.verdict(ratio).plain == said


def test_labels_do_not_overlap() -> None:
    for heights in ([0.01, 0.011, 0.012], [0.5], [0.2, 0.21, 0.22, 0.3, 0.9, 0.91], [1.0, 1.0]):
        places = spread(heights)
        assert len(places) == len(heights)
        assert all(b - a > 0.04 for a, b in itertools.pairwise(places))
