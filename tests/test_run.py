# SPDX-License-Identifier: MIT
"""``pyblaslite run``: what it counts, that the program does not notice, and why there may be nothing."""

import fcntl
import json
import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import sys
import termios
import time
from pathlib import Path

import _cffi_backend
import numpy as np
import pytest

import pyblaslite as pbl
from pyblaslite.__main__ import main
from pyblaslite.profile import command, elf, report, why
from pyblaslite.race.peers import numpys_own

pytestmark = [
    pytest.mark.usefixtures("in_empty_folder"),
    pytest.mark.skipif(
        sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
        reason="LD_PRELOAD and the calling conventions of x86-64 and AArch64 Linux",
    ),
]
RUN = [sys.executable, "-m", "pyblaslite", "run"]
NUMPY_TRIES = {("sdot", "", (2,))}  # at import, before the program's first line
IMPORTS = elf.read_symbols(next(Path(np.__file__).parent.rglob("_multiarray_umath*.so"))).wanted
needs_blas = pytest.mark.skipif(
    not any(re.search(r"cblas_dgemm(64_|_64)?$", name) for name in IMPORTS), reason="this numpy has its BLAS linked in"
)


def run(code, *options, arguments=(), check=True, **others):
    """The finished process, and its trace."""
    Path("script.py").write_text(code)
    done = subprocess.run(
        [*RUN, "--trace", "trace.json", *options, "script.py", *arguments],
        capture_output=True, text=True, check=check, timeout=120, **others,
    )  # fmt: skip
    return done, json.loads(Path("trace.json").read_text())


def counted(trace):
    """How often each routine, flags and shape was called, but for numpy's own try."""
    found = {}
    for call in trace["calls"]:
        key = (call["routine"], call["flags"], tuple(call["shape"].values()))
        found[key] = found.get(key, 0) + call["calls"]
    return {key: calls for key, calls in found.items() if key not in NUMPY_TRIES}


# What is counted.


@needs_blas
def test_counts_shapes_and_flops():
    done, trace = run("""
import numpy as np
a, b = np.ones((30, 20)), np.ones((20, 10))
for _ in range(3): c = a @ b
d = b.T @ a.T
e = a.astype(np.complex64) @ b.astype(np.complex64)
f = a @ a.T
g = a @ b[:, 0]
print(c.sum(), d.sum(), e.sum().real, f.sum(), g.sum())
""")
    assert done.stdout == "6000.0 6000.0 6000.0 18000.0 600.0\n"
    assert counted(trace) == {
        ("dgemm", "nn", (30, 10, 20)): 3,
        ("dgemm", "tt", (10, 30, 20)): 1,
        ("cgemm", "nn", (30, 10, 20)): 1,
        ("dsyrk", "un", (30, 20)): 1,
        ("dgemv", "t", (20, 30)): 1,
    }
    flops = {(call["routine"], call["flags"]): call["flops"] for call in trace["calls"]}
    assert flops["dgemm", "nn"] == 3 * 2 * 30 * 10 * 20
    assert flops["cgemm", "nn"] == 8 * 30 * 10 * 20
    assert flops["dsyrk", "un"] == 30 * 31 * 20
    assert flops["dgemv", "t"] == 2 * 30 * 20


def test_routines_called_from_fortran_and_their_results():
    """Functions that return real and complex numbers and indices, in both precisions."""
    pytest.importorskip("scipy")
    code = """
import numpy as np, scipy.linalg.blas as blas
x, y = np.arange(1., 8) + 1j, np.arange(7.) - 2j
for dtype, dotu, dotc in (("F", blas.cdotu, blas.cdotc), ("D", blas.zdotu, blas.zdotc)):
    assert dotu(x.astype(dtype), y.astype(dtype)) == (x * y).sum()
    assert dotc(x.astype(dtype), y.astype(dtype)) == (x.conj() * y).sum()
r = np.array([3., -4])
assert blas.snrm2(r.astype("f")) == blas.dnrm2(r) == 5 and blas.dasum(r) == 7 and blas.idamax(r) == 1
assert np.array_equal(blas.dtrsm(2., np.eye(3), np.ones((3, 2))), np.full((3, 2), 2.))
assert np.array_equal(blas.drot(r, r, 0.5, 2.)[0], 2.5 * r)
"""
    for blas in ([], ["--blas", str(numpys_own())] if numpys_own() else []):
        _, trace = run(code, *blas)
        found = counted(trace)
        for name in ("cdotu", "cdotc", "zdotu", "zdotc"):
            assert found[name, "", (7,)] == 1
        assert found["dtrsm", "lunn", (3, 2)] == 1
        assert {found[name, "", (2,)] for name in ("snrm2", "dnrm2", "dasum", "idamax", "drot")} == {1}


@needs_blas
def test_threads():
    _, trace = run("""
import numpy as np
from concurrent.futures import ThreadPoolExecutor
a = np.ones((8, 8))
def work(_):
    for _ in range(500): a @ (a + 1)
with ThreadPoolExecutor(4) as pool: list(pool.map(work, range(4)))
""")
    assert counted(trace) == {("dgemm", "nn", (8, 8, 8)): 2000}
    assert trace["processes"] == 1


@needs_blas
def test_processes_add_up():
    """Those forked, which end by os._exit, and those started."""
    _, trace = run("""
import multiprocessing, subprocess, sys
import numpy as np
a = np.ones((8, 8))
def work(_): a @ (a + 1)
with multiprocessing.get_context("fork").Pool(2) as pool: pool.map(work, range(6))
work(0)
subprocess.run([sys.executable, "-c", "import numpy as np; np.ones((8, 8)) @ np.zeros((8, 8))"], check=True)
""")
    assert counted(trace) == {("dgemm", "nn", (8, 8, 8)): 8}
    assert trace["processes"] == 2


@needs_blas
def test_more_shapes_than_a_table_holds():
    _, trace = run("import numpy as np\nx = np.ones(40000)\nfor n in range(2, 40001): x[:n] @ x[:n]")
    listed = sum(call["calls"] for call in trace["calls"])
    assert len(trace["calls"]) > 30000
    assert trace["unlisted_calls"] > 0
    assert listed + trace["unlisted_calls"] == 40000  # numpy's own try is one


def test_every_name_that_numpy_and_scipy_import_is_known():
    known, packages = command.check_preload(), [Path(np.__file__).parent]
    if scipy := pytest.importorskip("scipy"):
        packages.append(Path(scipy.__file__).parent)
    wanted = set().union(*(elf.read_symbols(path).wanted for package in packages for path in package.rglob("*.so")))
    routines = {re.sub(r"^(scipy_)?(cblas_)?|(_|64_|_64_|_64)$", "", name) for name in known}
    pattern = re.compile(rf"(scipy_)?(cblas_({'|'.join(routines)})(64_)?|({'|'.join(routines)})_(64_)?)")
    assert {name for name in wanted if pattern.fullmatch(name)} <= known
    assert {name for name in wanted if why.CALLS.fullmatch(name)} <= known


# Which BLAS does the work.

FAKE = """
void dgemm_(const char *ta, const char *tb, const INT *m, const INT *n, const INT *k, const double *alpha,
            const double *a, const INT *lda, const double *b, const INT *ldb, const double *beta, double *c,
            const INT *ldc)
{
    for (INT i = 0; i < *m; i++)
        for (INT j = 0; j < *n; j++) {
            double sum = 0;
            for (INT p = 0; p < *k; p++)
                sum += a[(*ta | 32) == 'n' ? i + p * *lda : p + i * *lda] *
                       b[(*tb | 32) == 'n' ? p + j * *ldb : j + p * *ldb];
            c[i + j * *ldc] = MARK + *alpha * sum + (*beta ? *beta * c[i + j * *ldc] : 0);
        }
}
void CBLAS(int layout, int ta, int tb, INT m, INT n, INT k, double alpha, const double *a, INT lda, const double *b,
           INT ldb, double beta, double *c, INT ldc)
{
    dgemm_(tb == 111 ? "n" : "t", ta == 111 ? "n" : "t", &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
}
"""


def fake_blas(integer, cblas, mark):
    """A BLAS whose products are wrong by ``mark``; its CBLAS function calls the Fortran one by its exported name."""
    Path("fake.c").write_text(FAKE)
    defines = [f"-DINT={integer}", f"-DCBLAS={cblas}", f"-DMARK={mark}"]
    if integer == "long":
        defines.append("-Ddgemm_=dgemm_64_")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", *defines, "fake.c", "-o", "fake.so"], check=True)
    return "fake.so"


@needs_blas
@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
@pytest.mark.parametrize(("integer", "cblas"), [("int", "cblas_dgemm"), ("long", "cblas_dgemm64_")])
def test_another_blas_with_integers_of_any_width(integer, cblas):
    code = """
import numpy as np
print((np.ones((3, 4)) @ np.ones((4, 2)))[0, 0])
try: import scipy.linalg.blas as blas
except ImportError: print("no scipy")
else: print(blas.dgemm(2., np.ones((3, 4)), np.ones((4, 2)))[2, 1], blas.ddot([1.], [3.]))
"""
    done, trace = run(code, "--blas", fake_blas(integer, cblas, 100))
    lines = done.stdout.splitlines()
    assert lines[0] == "104.0"
    assert lines[1] in {"108.0 3.0", "no scipy"}
    found = counted(trace)
    assert found.pop(("dgemm", "nn", (3, 2, 4))) == 1 + (lines[1] != "no scipy")  # calls within calls do not count
    assert {key[0] for key in found} <= {"ddot"}
    fell = {call["routine"] for call in trace["calls"] if call["fell_through"]}
    assert "dgemm" not in fell
    assert "sdot" in fell
    assert "* fell through to the program's own BLAS" in done.stderr
    assert trace["blas"] == str(Path("fake.so").resolve())


@needs_blas
def test_ours_does_the_products():
    """The bits of numpy's product are those of ours."""
    done, trace = run("""
import numpy as np, sys
rng = np.random.default_rng(1)
a, b = rng.standard_normal((90, 700)), rng.standard_normal((700, 80))
sys.stdout.write((a @ b).tobytes().hex())
""")
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((90, 700)), rng.standard_normal((700, 80))
    assert bytes.fromhex(done.stdout) == pbl.gemm(a, b).tobytes()
    assert [call["fell_through"] for call in trace["calls"] if call["routine"] == "dgemm"] == [False]
    assert trace["blas"] == pbl.get_lib()


@needs_blas
def test_a_blas_that_cannot_be_loaded_there():
    """The parent could load it; the program runs on, and the report says what happened."""
    code = "import numpy as np\nprint((np.ones((2, 3)) @ np.ones((3, 2)))[0, 0])"
    Path("script.py").write_text(code)
    counted_in = Path("table").resolve()
    command.table.create(counted_in)
    environment = command.environment(counted_in, "/no/such/blas.so")
    assert subprocess.run([sys.executable, "script.py"], env=environment, check=True, capture_output=True).stdout
    table = command.table.read(counted_in)
    assert "/no/such/blas.so" in table.error
    assert all(call.fell_through for call in table.calls)


# The program does not notice.


def test_arguments_streams_and_status():
    code = "import sys\nprint(sys.argv, sys.stdin.read())\nsys.stderr.write('oops\\n')\nsys.exit(17)"
    arguments = ["--trace", "x", "-m", "--top=3", "a b"]
    done, trace = run(code, arguments=arguments, check=False, input="given")
    assert done.stdout == f"{['script.py', *arguments]} given\n"
    assert done.stderr.startswith("oops\n")
    assert done.returncode == trace["status"] == 17


def test_a_module():
    folder = Path("package")
    folder.mkdir()
    (folder / "__main__.py").write_text("import sys; print(__name__, sys.argv[1:])")
    for target in (["-m", "package"], ["package"]):
        done = subprocess.run([*RUN, *target, "-m", "--top", "x"], capture_output=True, text=True, check=True)
        assert done.stdout == "__main__ ['-m', '--top', 'x']\n"


@needs_blas
def test_an_exception():
    done, trace = run("import numpy as np\nnp.eye(5) @ np.ones((5, 6))\nraise ValueError('so it is')", check=False)
    assert done.returncode == 1
    assert "ValueError: so it is" in done.stderr
    assert counted(trace) == {("dgemm", "nn", (5, 6, 5)): 1}


@needs_blas
@pytest.mark.parametrize(
    ("end", "status"),
    [("os._exit(9)", 9), ("os.kill(os.getpid(), signal.SIGKILL)", -9), ("os.kill(os.getpid(), signal.SIGTERM)", -15)],
)
def test_an_abrupt_end_loses_nothing(end, status):
    code = f"import os, signal, numpy as np\nnp.eye(5) @ np.ones((5, 6))\n{end}"
    Path("script.py").write_text(code)
    done = subprocess.run([*RUN, "script.py"], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert re.search(r"dgemm\s+5 x 6 x 5\s+row nn\s+1 ", done.stderr)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_signals_are_passed_on(number):
    Path("script.py").write_text(f"""
import signal, sys, time
def handle(*_): print("handled"); sys.exit(5)
signal.signal({int(number)}, handle)
print("ready", flush=True)
time.sleep(60)
""")
    with subprocess.Popen([*RUN, "script.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        said, report_of_it = process.communicate(timeout=30)
    assert said == "handled\n"
    assert process.returncode == 5
    assert "no BLAS call was seen" in report_of_it


def test_ctrl_c_reaches_the_program_once():
    """A terminal sends it to both processes."""
    Path("script.py").write_text("""
import time
print("ready", flush=True)
try: time.sleep(60)
except KeyboardInterrupt: print("interrupted", flush=True)
time.sleep(0.5)
print("done")
""")
    main_end, terminal = os.openpty()
    with subprocess.Popen(
        [*RUN, "script.py"], stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.1)
        os.write(main_end, b"\x03")
        said, _ = process.communicate(timeout=30)
    os.close(main_end)
    os.close(terminal)
    assert said == "interrupted\ndone\n"
    assert process.returncode == 0


# Nothing was seen.


def test_no_blas_was_loaded():
    done, trace = run("print(1)")
    assert trace["calls"] == []
    assert trace["nothing"] == ["The program loaded neither numpy nor another library that calls a BLAS."]
    assert trace["nothing"][0] in done.stderr.replace("\n", " ")


@needs_blas
def test_the_blas_was_not_called():
    done, trace = run("import numpy as np\nnp.arange(4) @ np.arange(4)")
    assert "no BLAS call was seen" in done.stderr
    [reason] = trace["nothing"]
    assert re.search(r"did not call its BLAS: it loaded _multiarray_umath.*, whose calls of .*cblas_", reason)


def test_ended_too_early_to_tell():
    _, trace = run("import os; os._exit(0)")
    assert trace["nothing"] == ["The program was ended before it could tell what it had loaded."]


def test_a_setuid_interpreter(tmp_path):
    program = tmp_path / "python"
    shutil.copy(sys.executable, program)
    program.chmod(program.stat().st_mode | stat.S_ISUID)
    assert "is setuid or setgid" in why.why_nothing(program, 0, [], set())[0]


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_libraries_that_cannot_be_watched(tmp_path):
    def library(name, source, *flags):
        path = tmp_path / name
        path.with_suffix(".c").write_text(source)
        subprocess.run(["cc", "-shared", "-fPIC", *flags, path.with_suffix(".c"), "-o", path], check=True)
        return path

    strange = library("strange.so", "void other_dgemm_(void); void f(void) { other_dgemm_(); }")
    inside = library("_multiarray_umath.x.so", "static void dgemm_(void) {} void f(void) { dgemm_(); }")
    known = {"dgemm_"}
    assert "strange.so calls a BLAS by names that are not known here: other_dgemm_." in why.why_nothing(
        Path(sys.executable), 1, [strange], known
    )
    assert "has its BLAS linked in" in why.why_nothing(Path(sys.executable), 1, [inside], known)[0]


# What is printed, and written.


@needs_blas
def test_the_trace():
    """Every key of docs/trace-schema.md, and no other."""
    _, trace = run("import numpy as np\nnp.eye(50) @ np.ones((50, 60))")
    text = (Path(command.__file__).parents[2] / "docs" / "trace-schema.md").read_text()
    of_run, of_call = (set(re.findall(r"^\| (`.*?`) \|", part, re.M)) for part in text.split("Each of `calls`", 1))
    names = lambda keys: {name for key in keys for name in re.findall(r"`(\w+)`", key)}  # noqa: E731
    assert trace.keys() == names(of_run)
    assert all(call.keys() == names(of_call) for call in trace["calls"])
    [call] = [call for call in trace["calls"] if call["routine"] == "dgemm"]
    assert call["shape"] == {"m": 50, "n": 60, "k": 50}
    assert (call["dtype"], call["layout"], call["interface"]) == ("float64", "row", "cblas")
    assert call["gflops"] == pytest.approx(call["flops"] / call["seconds"] / 1e9)
    assert 0 < call["seconds"] < trace["seconds"]
    [roof] = trace["roofs"]
    assert roof["dtype"] == "float64"
    assert roof["gflops"] > call["gflops"] / 2
    assert trace["command"] == [sys.executable, "script.py"]


@needs_blas
@pytest.mark.parametrize("with_rich", [False, True])
def test_the_table(with_rich, monkeypatch, capfd):
    if with_rich:
        pytest.importorskip("rich")
    else:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    Path("script.py").write_text("import numpy as np\nfor n in range(2, 9): np.eye(n) @ np.ones((n, 5000 * n))")
    assert main(["run", "--top", "2", "script.py"]) == 0
    said = capfd.readouterr()
    assert said.out == ""
    assert re.search(r"routine +shape +flags +calls +seconds +% of run +GFLOP/s +% of roof", said.err)
    assert len(re.findall(r"^ *dgemm +\d+ x \d+ x \d+ +row nn +1 ", said.err, re.M)) == 2
    assert re.search(r"And 6 more shapes \(--top\): 6 calls", said.err)
    lines = [line.rstrip() for line in said.err.splitlines() if re.search(r"^ *(routine|dgemm)", line)]
    assert len({len(line) for line in lines}) == 1  # aligned on the right
    assert "Roof: " in said.err


def test_numbers_have_as_many_digits_as_they_are_worth():
    assert [report.number(x) for x in (1234.5, 12.34, 0.1234)] == ["1234", "12.3", "0.12"]
    assert [report.duration(x) for x in (12.34567, 0.0000123)] == ["12.346", "0.000012"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "expected a script, or -m and a module"),
        (["-m"], "-m: expected the name of a module"),
        (["none.py"], "none.py: there is no such script"),
        (["."], "it is a directory without a __main__.py"),
        (["--blas", "none.so", "it.py"], "--blas: none.so: there is no such file"),
        (["--blas", "it.py", "it.py"], "it.py is not a library that can be loaded"),
        (["--blas", "NO BLAS", "it.py"], "has no BLAS function under any name known here"),
        (["--trace", "no/file.json", "it.py"], "there is no directory no"),
        (["--trace", ".", "it.py"], "it is a directory"),
        (["--top", "0", "it.py"], "given '0', expected a positive integer"),
    ],
)
def test_a_mistake_is_said_before_the_program_starts(arguments, words, capfd):
    Path("it.py").write_text("print('started')")
    arguments = [_cffi_backend.__file__ if word == "NO BLAS" else word for word in arguments]
    try:
        status = main(["run", *arguments])
    except SystemExit as end:
        status = int(end.code or 0)
    said = capfd.readouterr()
    assert status == 2
    assert words in said.err
    assert said.err.count("\n") == 1
    assert "started" not in said.out


def test_elsewhere(monkeypatch, capsys):
    Path("it.py").write_text("")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert main(["run", "it.py"]) == 2
    assert "only on Linux" in capsys.readouterr().err
