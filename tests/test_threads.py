# SPDX-License-Identifier: MIT
"""How many threads: the default, the process's limit, a thread's own, threadpoolctl; and what threads do."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import threadpoolctl
from conftest import DTYPES, bits, floats

import pyblaslite as pbl

CPUS = sorted(os.sched_getaffinity(0))


def test_set_and_get():
    for n in (1, 2, 3, 7, 1000, 2**31 - 1):
        pbl.set_num_threads(n)
        assert pbl.get_num_threads() == n


def test_nested_limits():
    pbl.set_num_threads(5)
    with pbl.threads(3):
        assert pbl.get_num_threads() == 3
        with pbl.threads(7):
            assert pbl.get_num_threads() == 7
        assert pbl.get_num_threads() == 3
        pbl.set_num_threads(2)  # the process's limit changes, this thread's goes before it
        assert pbl.get_num_threads() == 3
    assert pbl.get_num_threads() == 2


def test_a_limit_is_usable_again_and_within_itself():
    pbl.set_num_threads(5)
    limit = pbl.threads(3)
    with limit, limit:
        assert pbl.get_num_threads() == 3
    assert pbl.get_num_threads() == 5
    with limit:
        assert pbl.get_num_threads() == 3


def test_a_limit_ends_with_an_exception():
    before = pbl.get_num_threads()
    with pytest.raises(KeyError), pbl.threads(before + 1):
        raise KeyError
    assert pbl.get_num_threads() == before


def test_a_limit_is_its_thread_s_own():
    pbl.set_num_threads(5)
    with pbl.threads(3), ThreadPoolExecutor(1) as other:
        assert other.submit(pbl.get_num_threads).result() == 5
        pbl.set_num_threads(6)
        assert other.submit(pbl.get_num_threads).result() == 6


@pytest.mark.parametrize("call", [pbl.set_num_threads, pbl.threads])
@pytest.mark.parametrize(
    ("n", "exception"),
    [(0, ValueError), (-1, ValueError), (2**31, ValueError), (2**70, ValueError), (1.0, TypeError),
     ("2", TypeError), (None, TypeError), (np.ones(2), TypeError)],
    ids=str,
)  # fmt: skip
def test_bad_numbers(call, n, exception):
    before = pbl.get_num_threads()
    with pytest.raises(exception, match=r"n: given .*expected a positive integer"):
        call(n)
    assert pbl.get_num_threads() == before


def test_integers_of_any_kind():
    pbl.set_num_threads(np.int8(3))
    assert pbl.get_num_threads() == 3


def of_pyblaslite():
    return [pool for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "pyblaslite"]


def test_threadpoolctl_knows_the_library():
    pbl.set_num_threads(5)
    (pool,) = of_pyblaslite()
    assert os.path.samefile(pool["filepath"], pbl.get_lib())
    expected = {
        "user_api": "blas",
        "num_threads": 5,
        "version": pbl.__version__,
        "threading_layer": pbl.threading(),
    }
    assert expected.items() <= pool.items()
    assert pool["architecture"] == pbl.get_isa()


@pytest.mark.parametrize("limits", [2, {"blas": 2}, {"libpyblaslite": 2}], ids=str)
def test_threadpoolctl_limits_the_library(limits):
    pbl.set_num_threads(5)
    with threadpoolctl.threadpool_limits(limits):
        assert pbl.get_num_threads() == 2
    assert pbl.get_num_threads() == 5


def test_threadpoolctl_inside_a_limit_leaves_the_process_s_limit():
    pbl.set_num_threads(5)
    with pbl.threads(3), threadpoolctl.threadpool_limits(2):
        pass
    assert pbl.get_num_threads() == 5


# The default, which is found once in a process: each case in one of its own.


def default_threads(before="", **environment):
    inherited = {k: v for k, v in os.environ.items() if k not in {"OMP_NUM_THREADS", "PYBLASLITE_CGROUP_ROOT"}}
    code = f"import os; {before}\nimport pyblaslite; print(pyblaslite.get_num_threads())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=inherited | environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.fixture
def no_quota(tmp_path):
    return {"PYBLASLITE_CGROUP_ROOT": str(tmp_path)}


def test_default_is_the_affinity(no_quota):
    assert default_threads(**no_quota) == len(CPUS)
    assert default_threads(f"os.sched_setaffinity(0, [{CPUS[-1]}])", **no_quota) == 1


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("1", 1),
        ("2", 2),
        ("1000", len(CPUS)),
        ("1,2", 1),
        ("", len(CPUS)),
        ("0", len(CPUS)),
        ("many", len(CPUS)),
    ],
)
def test_default_is_at_most_omp_num_threads(asked, expected, no_quota):
    assert default_threads(OMP_NUM_THREADS=asked, **no_quota) == min(expected, len(CPUS))


@pytest.mark.parametrize(
    ("content", "quota"),
    [("100000 100000", 1), ("150000 100000", 2), ("20000 100000", 1), ("1000000 100000", 10),
     ("max 100000", 1000), ("", 1000), ("0 0", 1000)],
)  # fmt: skip
def test_default_is_at_most_the_cgroup_s_quota(content, quota, tmp_path):
    (tmp_path / "cpu.max").write_text(content + "\n")
    assert default_threads(PYBLASLITE_CGROUP_ROOT=str(tmp_path)) == min(quota, len(CPUS))


def test_default_is_found_before_the_program_narrows_its_affinity(no_quota):
    """The limit does not change behind the caller's back: what is said first holds."""
    code = f"import pyblaslite as p; n = p.get_num_threads(); os.sched_setaffinity(0, [{CPUS[0]}]); "
    assert default_threads(code + "assert p.get_num_threads() == n", **no_quota) == len(CPUS)


# What threads do.


def started_by_a_product(n):
    """How many threads a large product starts in a fresh process."""
    code = f"""
import os, numpy, pyblaslite
x = numpy.ones((400, 400)); pyblaslite.set_num_threads({n}); before = len(os.listdir("/proc/self/task"))
pyblaslite.gemm(x, x); print(len(os.listdir("/proc/self/task")) - before)"""
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(pbl.threading() == "none", reason="a build without OpenMP has no threads to start")
@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_a_product_runs_on_as_many_threads_as_allowed(n):
    assert started_by_a_product(n) == n - 1


def test_the_gil_is_released_during_a_product():
    """Another Python thread counts on while this one is inside one call."""
    a = np.ones((1100, 1100))
    pbl.set_isa("scalar")
    stamps, stop = [], threading.Event()

    def count():
        while not stop.is_set():
            stamps.append(time.perf_counter())
            time.sleep(0.001)

    other = threading.Thread(target=count)
    other.start()
    begin = time.perf_counter()
    pbl.gemm(a, a)
    end = time.perf_counter()
    stop.set()
    other.join()
    assert end - begin > 0.1
    assert sum(begin + 0.02 < t < end - 0.02 for t in stamps) > 10


def test_concurrent_callers_get_the_bits_of_serial_ones():
    """Of many shapes, dtypes and limits at once, more of them than there are CPUs."""
    rng = np.random.default_rng(3)
    sizes = (1, 5, 33, 64, 100, 170)
    jobs = [
        (floats(rng, (m, k), dtype), floats(rng, (k, n), dtype))
        for dtype in DTYPES
        for m, k, n in rng.choice(sizes, (12, 3)).tolist()
    ]

    def run(job, n):
        with pbl.threads(n):
            return bits(pbl.gemm(*job))

    serial = [run(job, 1) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            concurrent = list(pool.map(run, jobs, [1 + i % 3 for i in range(len(jobs))]))
            assert concurrent == serial
