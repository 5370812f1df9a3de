"""The Python client beside `prometheus_client`: the table of bench/README.md.

    cargo xtask bench python [--rounds=N]

Both are measured by the same code, `../shared/bench/client_python_bench.py`, in interpreters of their own and in turns: one section
of one, the same section of the other, and again. A figure is the median of what the rounds say, a ratio one of figures of the same run.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

ORIGINAL, OURS = "prometheus_client", "ferula"
BENCH = Path(__file__).parents[2].parent / "shared" / "bench" / "client_python_bench.py"
RESULT = Path(__file__).parents[1] / "results" / "python.md"

# What is measured: its name here; section, key and figure there; the goal, as times faster or as a limit of ours.
CALL = "median_ns"
PAGE = "median_ms"
ROWS: List[Tuple[str, str, str, str, Optional[float]]] = [
    ("`import`, ms", "import", "import", PAGE, None),
    ("`counter.inc()` bound before, ns", "calls", "counter.inc()", CALL, 6),
    ("`counter.inc()` by attribute, ns", "calls", "counter.inc() via attribute", CALL, 6),
    ("`counter.inc(exemplar=...)`, ns", "calls", "counter.inc(exemplar=)", CALL, None),
    ("`counter.labels(3 strings).inc()`, ns", "calls", "counter.labels(3 positional).inc()", CALL, 7),
    ("the same with an int among them, ns", "calls", "counter.labels(3, one an int).inc()", CALL, None),
    ("the same by keywords, ns", "calls", "counter.labels(3 keywords).inc()", CALL, None),
    ("`gauge.set(4.2)`, ns", "calls", "gauge.set(4.2)", CALL, None),
    ("`histogram.observe(0.3)`, ns", "calls", "histogram.observe(middle bucket)", CALL, 12),
    ("`histogram.labels(3 strings).observe(0.3)`, ns", "calls", "histogram.labels(3 positional).observe(0.3)", CALL, None),
    ("`summary.observe(0.3)`, ns", "calls", "summary.observe(0.3)", CALL, None),
    ("`with histogram.time()`, ns", "calls", "with histogram.time()", CALL, 4),
    ("`generate_latest`, 10,000 counter series, ms", "expo", "generate_latest 10000 counter series", PAGE, 100),
    ("`generate_latest`, 100,000 counter series, ms", "expo", "generate_latest 100000 counter series", PAGE, 80),
    ("the same in OpenMetrics, ms", "expo", "openmetrics generate_latest 100000 counter series", PAGE, None),
    ("`generate_latest`, 588 histograms, ms", "expo", "generate_latest 588 histograms (9,996 lines)", PAGE, None),
    ("10,000 samples of a custom collector, ms", "expo", "generate_latest 10000 samples of a Python custom collector", PAGE, 15),
    ("10,000 lines parsed, ms", "expo", "parse 10000 text lines", PAGE, None),
    ("10,000 series by WSGI, gzip, ms", "expo", "wsgi scrape of 10000 series, gzip", PAGE, None),
    ("many processes: `inc()`, ns", "mpcalls", "mp: counter.inc()", CALL, 15),
    ("many processes: `observe(0.3)`, ns", "mpcalls", "mp: histogram.observe(0.3)", CALL, 25),
    ("many processes: scrape after 8 pids, ms", "mpscrape", "mp: scrape after 8 pids", PAGE, 50),
    ("many processes: scrape after 64 pids, ms", "mpscrape", "mp: scrape after 64 pids", PAGE, 200),
]
STALL = ("expo", "stall of another thread while scraping 50,000 series")
MEMORY = [
    ("resident bytes per counter series", "expo", "generate_latest 100000 counter series", "rss_bytes_per_series", 300),
    ("resident bytes per histogram", "expo", "generate_latest 588 histograms (9,996 lines)", "rss_bytes_per_histogram", 700),
]
SECTIONS = ("import", "calls", "expo", "mpcalls", "mpscrape")

Round = Dict[str, Dict[str, Dict[str, Any]]]


def measured(module: str, section: str) -> Dict[str, Dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "result.json")
        command = [sys.executable, str(BENCH), module, "--only", section, "--json", out]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        with open(out) as file:
            results: Dict[str, Dict[str, Any]] = json.load(file)["results"][section]
    if "error" in results:
        sys.exit(f"{module}, {section}: {results['error']}")
    return results


def figure(rounds: List[Round], section: str, key: str, what: str) -> float:
    return statistics.median(float(one[section][key][what]) for one in rounds)


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(rounds: Dict[str, List[Round]]) -> str:
    lines = ["| measure | prometheus_client | ferula | faster | goal |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, section, key, what, goal in ROWS:
        theirs, ours = (figure(rounds[module], section, key, what) for module in (ORIGINAL, OURS))
        faster = theirs / ours
        ratio = f"{shown(faster)}x"
        if goal is not None and faster < goal:
            ratio = f"**{ratio}**"
        lines.append(f"| {name} | {shown(theirs)} | {shown(ours)} | {ratio} | {f'{goal}x' if goal else ''} |")
    section, key = STALL
    over = [max(0.0, figure(rounds[m], section, key, "max_ms") - figure(rounds[m], section, key, "idle_max_ms")) for m in (ORIGINAL, OURS)]
    lines.append(f"| worst stall of another thread, 50,000 series scraped, ms over idle | {shown(over[0])} | {shown(over[1])} | | at most 2 |")
    for name, section, key, what, limit in MEMORY:
        theirs, ours = (figure(rounds[module], section, key, what) for module in (ORIGINAL, OURS))
        lines.append(f"| {name} | {theirs:,.0f} | {ours:,.0f} | | at most {limit} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3, help="how often each section is measured for each of both (3)")
    options = arguments.parse_args()
    if not BENCH.exists():
        sys.exit(f"the benchmark is not there: {BENCH}")
    rounds: Dict[str, List[Round]] = {ORIGINAL: [], OURS: []}
    for number in range(options.rounds):
        for of_all in rounds.values():
            of_all.append({})
        for section in SECTIONS:
            # Who goes first changes with each round.
            for module in (ORIGINAL, OURS) if number % 2 == 0 else (OURS, ORIGINAL):
                print(f"round {number + 1} of {options.rounds}: {section}, {module}", file=sys.stderr, flush=True)
                rounds[module][-1][section] = measured(module, section)
    load = os.getloadavg()[0]
    head = (
        f"CPython {platform.python_version()}, {os.cpu_count()} cores, {date.today()}, {options.rounds} rounds in turns, medians; "
        f"load at the end {load:.1f}. **Bold** misses its goal.\n\n"
    )
    text = head + table(rounds)
    print(text)
    RESULT.write_text("# The Python client\n\n`cargo xtask bench python`\n\n" + text)


if __name__ == "__main__":
    main()
