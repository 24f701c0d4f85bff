# SPDX-License-Identifier: MIT
"""The command line, and the race: its arguments, its files, and who fails in it."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("rich")
pytest.importorskip("matplotlib")

from racing import SMALL, check_schema, scripted, status_of

import pyblaslite
from pyblaslite.__main__ import main
from pyblaslite.race import report, results, shapes
from pyblaslite.race.peers import THREAD_VARIABLES, find_competitors
from pyblaslite.race.plot import spread
from pyblaslite.race.process import DeadError, Process

pytestmark = pytest.mark.usefixtures("in_empty_folder")


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
        (["race", "--random", "1001"], "--random: given 1001, expected at most 1000"),
        (["race", "--suite", "--random", "3"], "--random: not with --suite"),
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


def test_random_shapes() -> None:
    """The same each time, and others with another seed; raced beside those that are named."""
    drawn = shapes.random_shapes(200, 1)
    assert drawn == shapes.random_shapes(200, 1)
    assert not {shape.name for shape in drawn} & {shape.name for shape in shapes.random_shapes(20, 2)}
    assert {shape.flags for shape in drawn} == {"nn", "nt", "tn", "tt"}
    assert min(shape.m for shape in drawn) < 5
    assert max(shape.k for shape in drawn) > 1000
    arguments = ["--sizes", "8", "--random", "2", "--seed", "7", "--python", "--no-plot", "--json", "random.json"]
    assert main(["race", "--threads", "1", "--rounds", "1", *arguments]) == 0
    rows = json.loads(Path("random.json").read_text())["results"]
    assert {row["shape"] for row in rows} == {"8", *(shape.name for shape in shapes.random_shapes(2, 7))}


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
