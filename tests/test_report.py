# SPDX-License-Identifier: MIT
"""The report: what stands in it, and that a browser shows it."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rich")
pytest.importorskip("plotly")
pytest.importorskip("jinja2")
pytest.importorskip("pygments")

import pyblaslite as pbl
from pyblaslite.__main__ import main
from pyblaslite.ladder.rungs import read_rungs
from pyblaslite.race import results
from pyblaslite.race.style import KNOWN, OTHERS
from pyblaslite.report import bits, figures, inputs, lessons, page, tables

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
SPEEDS = {"pyblaslite-avx2": 50.0, "mkl": 40.0, "naive": 1.0}


def a_result(competitor: str, n: int, family: str, dtype: str = "float32", threads: int = 1) -> results.Result:
    gflops = SPEEDS[competitor] * threads * (1 - 8 / n)
    seconds = 2 * n**3 / gflops / 1e9
    name = str(n) if family == "squares" else f"of {n} </script> & more"
    return results.Result(family, name, n, n, n, "nn", dtype, threads, competitor, seconds, [seconds], gflops)


def a_race(interface: str) -> results.Race:
    families = ("squares", "GPT-2") if interface == "c" else ("small", "big")
    kinds = {"pyblaslite-avx2": "ours", "mkl": "peer", "naive": "naive"}
    heats = [("float32", 1), ("float32", 2), ("float64", 1)]
    machine = {"cpu": "a <CPU>", "cpus": [0, 1], "cores": 2, "caches": {"L1d": "32K"}, "isas": ["avx2"], "isa": "avx2"}
    return results.Race(
        *(interface, "pyblaslite-avx2", 1, machine, {"pyblaslite": "1", "numpy": "2"}, "2000-01-01"),
        competitors=[results.Entrant(name, kind, [name], f"{name} 1.0") for name, kind in kinds.items()],
        roofs=[results.Roof(dtype, threads, 60.0 * threads, [60.0]) for dtype, threads in heats],
        bandwidths=[results.Bandwidth(1, 10.0, 262144), results.Bandwidth(2, 18.0, 262144)],
        results=[a_result(c, n, f, *h) for h in heats for f in families for n in (16, 64, 256) for c in kinds],
        missing=[results.Missing("squares", "512", "float32", 1, "naive", "slow", "predicted 2 s")],
    )


def a_ladder() -> results.Race:
    """Two rungs that there are, one that there is not, and a library."""
    race = a_race("ladder")
    kinds = {"1 textbook (-O2)": "rung", "6 intrinsics (-O3 AVX2)": "rung", "pyblaslite": "ours", "mkl": "peer"}
    race.competitors = [results.Entrant(name, kind, [name]) for name, kind in kinds.items()]
    race.results = [
        results.Result("ladder", "gemm", 9, 9, 9, "nn", "float32", 1, name, 1e-6, [1e-6], speed)
        for name, speed in zip(kinds, (2.0, 20.0, 50.0, 40.0), strict=True)
    ]
    return race


def a_doctor() -> dict[str, Any]:
    answers = [("not read", "as the rule"), ("NaN at n = 3", "otherwise")]
    return {
        "schema": 1,
        "facts": {"CPU": "a CPU", "compilers": "cc: 1\ngcc: 2"},
        "clashes": ["2 OpenMP runtimes"],
        "probed": {"ours": "/ours.so", "theirs": "/theirs.so"},
        "rules": {"gemm, beta = 0": "not read"},
        "answers": [
            {"question": "gemm, beta = 0", "library": library, "said": said, "verdict": verdict}
            for library, (said, verdict) in zip(("ours", "theirs"), answers, strict=True)
        ],
    }


CHECK = bits.Check("float32", (2, 3, 4), {"abc": ["avx2, 1 thread, rows"]}, 5, 2)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    documents = {name: asdict(a_race(interface)) for name, interface in (("race", "c"), ("suite", "suite"))}
    documents |= {"ladder": asdict(a_ladder()), "doctor": a_doctor()}
    for name, document in documents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    return [tmp_path / f"{name}.json" for name in documents]


def test_what_a_file_is(files: list[Path]) -> None:
    read = inputs.read_all(files)
    assert [race.interface for race in (*read.races, *read.suites, *read.ladders)] == ["c", "suite", "ladder"]
    assert read.doctor == a_doctor()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "No such file"),
        ("{", "is no JSON"),
        ("[]", "expected a JSON object"),
        ('{"schema": 1}', "expected the JSON of a race, a suite, a ladder or a doctor"),
        ('{"competitors": [], "schema": 1}', "its schema is 1"),
    ],
)
def test_a_mistake_is_one_clear_line(
    tmp_path: Path, text: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "it.json"
    if text is not None:
        path.write_text(text)
    assert main(["report", str(path), "--out", str(tmp_path / "report.html")]) == 2
    said = capsys.readouterr().err
    assert str(path) in said
    assert words in said
    assert said.count("\n") == 1


def test_a_target_that_cannot_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--out", "no/such/report.html"]) == 2
    assert "there is no directory no/such" in capsys.readouterr().err


def test_without_plotly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "plotly" else name)
    assert main(["report"]) == 2
    assert "plotly not installed: pip install pyblaslite[report]" in capsys.readouterr().err


def test_every_way_has_the_same_bits() -> None:
    generator = np.random.default_rng(7)
    for check in (
        bits.check_one(generator, "complex64", (5, 7, 3)),
        bits.check_one(generator, "float64", (16, 24, 70)),
    ):
        assert len(check.digests) == 1
        assert check.ways == len(bits.LAYOUTS) * (1 + (len(pbl.isas()) - 1) * len(bits.teams()))


def test_layouts_keep_the_values() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    for lay in bits.LAYOUTS.values():
        assert np.array_equal(lay(matrix), matrix)
    assert len({lay(matrix).strides for lay in bits.LAYOUTS.values()}) == len(bits.LAYOUTS) - 1
    assert bits.off_by_one(matrix).ctypes.data % 16 != matrix.ctypes.data % 16


def test_a_broken_promise_is_said() -> None:
    assert tables.differing([CHECK]) is None
    broken = bits.Check("float32", (2, 3, 4), {"abc": ["avx2"], "def": ["scalar", "avx512"]}, 5, 1)
    table = tables.differing([CHECK, broken])
    assert table is not None
    assert table.lines == [["float32", "2 x 3 x 4", "def", "scalar\navx512"]]
    html = page.render(inputs.Inputs(races=[a_race("c")]), [broken])
    assert "bits differ" in html
    assert "Broken promises" in html


def test_numbers_of_the_plots() -> None:
    race = a_race("c")
    squares = figures.sizes(race, "float32", 2)
    assert squares is not None
    assert [trace["name"] for trace in squares.data] == [
        "pyblaslite avx2",
        "MKL",
        "textbook C, -O3",
        "FMA peak, 120 GFLOP/s",
    ]
    assert squares.data[0]["x"] == [16, 64, 256]
    assert squares.data[0]["y"] == [50, 87.5, 96.88]
    assert squares.data[0]["customdata"][1] == "73%"
    roofline = figures.roofline(race, "float32", 1)
    assert roofline is not None
    assert roofline.data[0]["x"][0] == pytest.approx(2 * 16**3 / (3 * 4 * 16**2), rel=1e-3)
    assert roofline.data[-1]["y"][-1] == 60
    compared = a_result("mkl", 64, "amax", "float64")
    compared.gflops, compared.routine, compared.gbytes = 0.0, "amax", 9.0
    assert figures.intensity(compared) is None
    assert figures.sizes(race, "complex64", 1) is None
    assert figures.roofline(race, "complex64", 1) is None


def test_the_ladder() -> None:
    (figure,) = lessons.bars(a_ladder())
    bars, roof = figure.data
    assert bars["y"] == ["1 textbook", "6 intrinsics", "pyblaslite", "mkl"]
    assert bars["customdata"][1] == "6 intrinsics (-O3 AVX2), 33% of the roof"
    assert roof["x"] == [60, 60]
    assert lessons.subject_of(a_ladder()) == "gemm"
    of = {lesson.source_name: lesson for lesson in lessons.lessons(a_ladder())}
    assert "The textbook" in of["textbook.c"].words
    assert '<span class="hll">' in of["intrinsics.c"].source  # the lines of the hot loop
    assert "vfmadd" in of["intrinsics.c"].assembly


def test_a_ladder_of_another_version_has_its_plot_only() -> None:
    race = a_ladder()
    race.competitors[0] = results.Entrant("1 of old (-O2)", "rung", [])
    race.results = race.results[1:]
    assert lessons.subject_of(race) == ""
    assert lessons.lessons(race) == []
    assert len(lessons.bars(race)) == 1


def test_bytecode_of_a_rung_in_python() -> None:
    rung = next(rung for rung in read_rungs("axpy") if rung.is_python)
    shown = lessons.lesson(rung)
    assert shown.assembly_name == "bytecode"
    assert "LOAD_FAST" in shown.assembly


def test_a_rung_that_cannot_be_disassembled_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    shown = lessons.lesson(read_rungs("gemm")[0])
    assert "objdump not found" in shown.words
    assert "gemm_textbook" in shown.source


def test_every_competitor_has_a_marker() -> None:
    assert {marker for _, marker, _ in [*KNOWN.values(), *OTHERS]} | {"o"} <= set(figures.SYMBOLS)


def test_the_file(files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bits, "check", lambda: [CHECK])
    target = tmp_path / "report.html"
    assert main(["report", *map(str, files), "--out", str(target)]) == 0
    html = target.read_text()
    assert len(html.encode()) < 3e6
    assert "://" not in html  # it loads nothing
    assert "a &lt;CPU&gt;" in html
    assert "</script> &" not in html


def test_without_files_a_quick_race_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyblaslite.race.runner.run", lambda plans, step: a_race("c"))
    monkeypatch.setattr(bits, "check", lambda: [CHECK])
    assert main(["report", "--out", str(tmp_path / "report.html")]) == 0
    assert "Square products, float32, 1 thread" in (tmp_path / "report.html").read_text()


@pytest.fixture
def browser() -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    if not (CHROMIUM and DRIVER):
        pytest.skip("no browser: apt install chromium chromium-driver")
    with tempfile.TemporaryDirectory() as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for switch in (
            *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"),
            *("disable-component-update", "disable-sync", f"user-data-dir={profile}", "window-size=1200,1000"),
        ):
            options.add_argument(f"--{switch}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
        try:
            yield driver
        finally:
            driver.quit()


SEEN_SECTIONS = "return [...document.querySelectorAll('main > section')].filter(s => !s.hidden).map(s => s.id)"
SEEN_PLOTS = """return [...document.querySelectorAll(".plot")].filter(plot => plot.offsetParent)
    .map(plot => [plot.id, plot.querySelectorAll(".trace, .scatterlayer path").length])"""


def show(browser: Any, read: inputs.Inputs, folder: Path) -> None:
    """Opens a report, and waits for its first plot: its code comes packed."""
    target = folder / "report.html"
    target.write_text(page.render(read, [CHECK]))
    browser.get(target.as_uri())
    deadline = time.monotonic() + 20
    while not browser.execute_script("return document.querySelectorAll('.plot svg').length"):
        assert time.monotonic() < deadline, browser.get_log("browser")
        time.sleep(0.02)


def click(browser: Any, selector: str) -> list[Any]:
    """Clicks all of these in turn; the plots then seen, each with the marks drawn in it."""
    seen = []
    for element in browser.find_elements("css selector", selector):
        element.click()
        seen += browser.execute_script(SEEN_PLOTS)
    return seen


def test_a_browser_shows_it(browser: Any, files: list[Path], tmp_path: Path) -> None:
    show(browser, inputs.read_all(files), tmp_path)
    plots = browser.execute_script("return [...document.querySelectorAll('.plot')].map(plot => plot.id)")
    assert len(plots) == 3 * 2 + 3 + 1 + 1  # a race's heats have two plots each, a suite's one; its score; the ladder

    drawn = []
    for tab in browser.find_elements("css selector", "[role=tab]"):
        tab.click()
        section = tab.get_attribute("data-opens")
        assert browser.execute_script(
            "return [...document.querySelectorAll('main > section')].filter(s => !s.hidden).map(s => s.id)"
        ) == [section]
        drawn += browser.execute_script(SEEN_PLOTS)
        drawn += click(browser, f"#{section} .switch[data-parts] button")
    assert {name for name, _ in drawn} == set(plots)
    assert all(marks for _, marks in drawn)

    heights = "return document.querySelector('#plot0').data[0].y"
    click(browser, "[role=tab]:first-child")
    click(browser, "#race0 [data-parts] button:first-child")
    assert browser.execute_script(heights)[0] == 25
    click(browser, "#race0 [data-unit] [value=percent]")
    assert browser.execute_script(heights)[0] == pytest.approx(100 * 25 / 60)

    background = "return getComputedStyle(document.body).backgroundColor"
    before = browser.execute_script(background)
    click(browser, "#theme")
    assert browser.execute_script(background) != before
    assert browser.get_log("browser") == []


def test_a_phone_scrolls_downwards_only(browser: Any, files: list[Path], tmp_path: Path) -> None:
    phone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    show(browser, inputs.read_all(files), tmp_path)
    for tab in browser.find_elements("css selector", "[role=tab]"):
        tab.click()
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390


def test_all_of_it_is_printed(browser: Any, files: list[Path], tmp_path: Path) -> None:
    show(browser, inputs.read_all(files), tmp_path)
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert len(browser.execute_script(SEEN_PLOTS)) == 11
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert len(browser.execute_script(SEEN_PLOTS)) == 2


def test_it_opens_soon(browser: Any, files: list[Path], tmp_path: Path) -> None:
    """In the page's own processor time, as others have the cores, too: 1.4 to 1.8 s until there are plots."""
    browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    show(browser, inputs.read_all(files), tmp_path)
    metrics = {m["name"]: m["value"] for m in browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]}
    assert 0 < metrics["TaskDuration"] < 4
