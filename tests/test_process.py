# SPDX-License-Identifier: MIT
"""What the package does to a process: import, memory, fork, floating-point state; and on older CPUs."""

import multiprocessing
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import DTYPES, bits, floats

import pyblaslite as pbl

ROOT = Path(__file__).resolve().parent.parent
BUILD = pbl.text(pbl.lib.pbl_build_info())


def python(code, *, check=True, runner=(), **environment):
    """Runs the code in a fresh interpreter."""
    return subprocess.run(
        [*runner, sys.executable, "-c", code],
        env={**os.environ, **environment}, capture_output=True, text=True, check=check,
    )  # fmt: skip


# Instruction sets.


@pytest.mark.parametrize("name", pbl.isas())
def test_the_environment_chooses_the_isa(name):
    assert python("import pyblaslite as p; print(p.get_isa())", PYBLASLITE_ISA=name).stdout.strip() == name


def test_the_best_isa_is_the_default():
    for environment in ({"PYBLASLITE_ISA": ""}, {}):
        code = "import pyblaslite as p; print(p.get_isa())"
        assert python(code, **environment).stdout.strip() == pbl.isas()[-1]


def test_an_unknown_isa_is_an_import_error_that_lists_what_there_is():
    done = python("import pyblaslite", check=False, PYBLASLITE_ISA="avx1024")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: PYBLASLITE_ISA: 'avx1024'")
    assert ", ".join(pbl.isas()) in last


@pytest.mark.parametrize("name", ["avx1024", "", "AVX2", "avx2 ", None, 2, b"avx2"])
def test_set_isa_refuses_others_and_says_what_there_is(name):
    before = pbl.get_isa()
    with pytest.raises(ValueError, match=rf"^isa: .*{', '.join(pbl.isas())}"):
        pbl.set_isa(name)
    assert pbl.get_isa() == before


def test_set_isa():
    for name in pbl.isas():
        pbl.set_isa(name)
        assert pbl.get_isa() == name
    assert pbl.isas()[0] == "scalar"


# Import.


def test_import_is_quick():
    """It adds less than 60 ms of CPU time to numpy's own: the best of several tries."""
    code = """
import time, numpy
begin = time.process_time(); import pyblaslite; print(time.process_time() - begin)"""
    assert min(float(python(code).stdout) for _ in range(5)) < 0.06


def test_import_takes_no_memory_and_starts_no_thread():
    code = """
import os, re, numpy, threadpoolctl
def resident(): return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
before, threads = resident(), len(os.listdir("/proc/self/task"))
import pyblaslite
print(resident() - before, len(os.listdir("/proc/self/task")) - threads)"""
    kib, threads = map(int, python(code).stdout.split())
    assert kib < 4 * 1024
    assert threads == 0


def test_import_does_not_need_the_extras():
    """threadpoolctl and whatever the race draws with may be absent."""
    code = """
import sys
for name in ("threadpoolctl", "rich", "matplotlib", "cffi.api"): sys.modules[name] = None
import pyblaslite, numpy
print(pyblaslite.gemm(numpy.ones((2, 2)), numpy.ones((2, 2)))[0, 0])"""
    assert python(code).stdout.strip() == "2.0"


def test_import_keeps_subnormals_and_the_rounding_mode():
    code = """
import pyblaslite, numpy as np
x = np.ones((300, 300)); pyblaslite.gemm(x, x)
assert np.float64(1e-308) / 16 != 0 and np.float32(1e-38) / np.float32(16) != 0
assert 5e-324 * 1.0 != 0 and 1 + 2**-53 == 1 and 1 + 3 * 2**-54 == 1 + 2**-52"""
    python(code)


def test_public_names_exist():
    assert sorted(pbl.__all__) == pbl.__all__
    assert all(hasattr(pbl, name) for name in pbl.__all__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", pbl.__version__)
    assert Path(pbl.get_lib()).is_file()
    assert (Path(pbl.get_include()) / "pyblaslite" / "pyblaslite.h").is_file()


def test_types():
    """mypy --strict has nothing to say."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "pyblaslite"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# Memory.


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_product_needs_little_extra_memory(threads):
    """Packed B, twice if there are threads, and each thread's packed A: 6 MiB a thread, 4 MiB besides."""
    code = f"""
import re, numpy, pyblaslite
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
a, b, out = (numpy.ones((2000, 2000)) for _ in range(3))
pyblaslite.set_num_threads({threads})
before = peak(); pyblaslite.gemm(a, b, out=out); print(peak() - before)
assert (out == 2000).all()"""
    assert int(python(code).stdout) < (6 * threads + 4) * 1024


@pytest.mark.parametrize("layout", ["a.T, b.T", "a[::-1, ::-1], b[:, ::-1]", "a[::2, ::2], b[::2, ::2]"])
def test_no_operand_is_copied_for_its_layout(layout):
    """Transposed, reversed and strided operands are packed in parts: the bound is the same."""
    code = f"""
import re, numpy, pyblaslite
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
a, b = (numpy.ones((2000, 2000)) for _ in range(2))
a, b = {layout}
out = numpy.ones(a.shape)
pyblaslite.set_num_threads(1)
before = peak(); pyblaslite.gemm(a, b, out=out.T); print(peak() - before)"""
    assert int(python(code).stdout) < 10 * 1024


def test_repeated_products_do_not_grow():
    code = """
import re, numpy, pyblaslite, threading
def resident(): return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
a = numpy.ones((200, 200)); out = numpy.ones((200, 200))
def some(): [pyblaslite.gemm(a, a.T, out=out) for _ in range(20)]
def in_threads():
    for _ in range(50): t = threading.Thread(target=some); t.start(); t.join()
pyblaslite.set_num_threads(1)
in_threads(); before = resident(); in_threads(); in_threads(); print(resident() - before)"""
    assert int(python(code).stdout) < 3 * 1024  # a thread's buffer is 320 KiB: one in five kept would show


# Fork.


def multiply_in_child(x, connection):
    connection.send_bytes(bits(pbl.gemm(x, x)))


def fork_again(x, connection):
    child = multiprocessing.get_context("fork").Process(target=multiply_in_child, args=(x, connection))
    child.start()
    child.join(10)
    child.kill()  # if it hangs


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("target", [multiply_in_child, fork_again])
def test_fork_after_use(target):
    """A child, and its child, can multiply although the parent's threads are not with them."""
    x = floats(np.random.default_rng(5), (300, 300), DTYPES[1])
    with pbl.threads(3):
        expected = bits(pbl.gemm(x, x))
        receive, send = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=target, args=(x, send))
        child.start()
        got = receive.recv_bytes() if receive.poll(15) else b"nothing: the child hangs"
        child.join(0 if got != expected else 15)
        child.kill()
        assert got == expected
        assert bits(pbl.gemm(x, x)) == expected  # and so can the parent, still


# Other CPUs than this one, under emulation.

needs_qemu = pytest.mark.skipif(
    shutil.which("qemu-x86_64") is None or platform.machine() != "x86_64",
    reason="needs qemu-x86_64 (Debian: qemu-user) on x86-64",
)


@needs_qemu
@pytest.mark.skipif("avx512" not in pbl.isas() or "march=native" not in BUILD, reason=f"no AVX-512 in build: {BUILD}")
def test_a_native_build_on_an_older_cpu_is_an_import_error():
    """It names the extension that is missing; an illegal instruction would kill the process instead."""
    done = python("import pyblaslite", runner=("qemu-x86_64", "-cpu", "Haswell"), check=False)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert re.match(r"ImportError: this build of pyblaslite needs (adx|sse4a|avx512\w+)\b", last)
    assert "PYBLASLITE_MARCH=x86-64" in last


PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include "pyblaslite.h"

/* Whether a product of small integers, which is exact, is not what the definition says. */
static int wrong(int64_t m, int64_t n, int64_t k)
{
    double *a = malloc(sizeof *a * m * k), *b = malloc(sizeof *b * k * n), *c = malloc(sizeof *c * m * n);
    const double one = 1, zero = 0;
    int bad = 0;
    for (int64_t i = 0; i < m * k; i++) a[i] = i % 7 - 3;
    for (int64_t i = 0; i < k * n; i++) b[i] = i % 5 - 2;
    bad |= pbl_gemm(PBL_D, 'n', 'n', m, n, k, &one, a, k, 1, b, n, 1, &zero, c, n, 1) != PBL_OK;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
            bad |= c[i * n + j] != sum;
        }
    free(a), free(b), free(c);
    return bad;
}

int main(void)
{
    printf("%s, lacks %s\n", pbl_get_isa(), pbl_cpu_lacks() ? pbl_cpu_lacks() : "nothing");
    for (int m = 1; m < 9; m++)
        for (int n = 1; n < 18; n++)
            if (wrong(m, n, 9)) return 1;
    pbl_set_num_threads(2);
    return wrong(40, 70, 1100) || wrong(65, 33, 50);
}
"""


with_baseline = pytest.mark.timeout(900)  # to compile the library, which takes minutes where there is no ccache


@pytest.fixture(scope="module")
def baseline_program():
    """A program with the library as wheels have it: everything but the kernels for any x86-64."""
    build = ROOT / "build" / "baseline"  # beside other builds: ccache has the kernels
    options = ["-DPYBLASLITE_MARCH=x86-64", "-DBUILD_TESTING=OFF", "-DCMAKE_BUILD_TYPE=Release"]
    for command in (
        ["cmake", "-S", str(ROOT), "-B", str(build), *options],
        ["cmake", "--build", str(build), "--target", "pyblaslite", "--parallel", "2"],
    ):
        subprocess.run(command, check=True, capture_output=True)
    (build / "program.c").write_text(PROGRAM)
    here = ["-I", str(ROOT / "csrc" / "include"), "-L", str(build), f"-Wl,-rpath,{build}", "-lpyblaslite"]
    compiler = [os.environ.get("CC", "cc"), "-O2", str(build / "program.c"), "-o", str(build / "program")]
    subprocess.run([*compiler, *here], check=True)
    return build / "program"


@with_baseline
@needs_qemu
@pytest.mark.parametrize(
    ("cpu", "isa"), [("Nehalem", "scalar"), ("SandyBridge", "scalar"), ("Haswell", "avx2"), ("EPYC", "avx2")]
)
def test_a_baseline_build_runs_on_an_older_cpu(cpu, isa, baseline_program):
    run = ["qemu-x86_64", "-cpu", cpu, str(baseline_program)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{isa}, lacks nothing\n")


@with_baseline
@needs_qemu
def test_a_baseline_build_refuses_an_isa_that_the_cpu_lacks(baseline_program):
    """And multiplies with what there is."""
    run = ["qemu-x86_64", "-cpu", "Nehalem", "-E", "PYBLASLITE_ISA=avx2", str(baseline_program)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "scalar, lacks nothing\n")


@with_baseline
def test_a_baseline_build_runs_here(baseline_program):
    done = subprocess.run([str(baseline_program)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{pbl.isas()[-1]}, lacks nothing\n")
