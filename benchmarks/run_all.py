"""Run every benchmark in a process of its own; one table, and JSON in a file.

python benchmarks/run_all.py [--out bench.json] [--only NAME ...] [--repeats N]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from reporting import table

BENCHMARKS = (
    "import_time",
    "photo_to_label",
    "inference",
    "input_pipeline",
    "train_step",
    "htnet",
    "clip_to_label",
    "flow_in_graph",
    "graphs",
    "granular_balls",
    "graph_files",
    "graph_layers",
    "super_resolution",
    "super_resolution_training",
    "memory",
    "edge",
)


def run(name: str, repeats: int | None) -> dict[str, Any]:
    """One benchmark's report.

    Raises:
        SystemExit: it failed; its messages have been shown.
    """
    command = [sys.executable, str(Path(__file__).with_name(f"{name}.py")), "--json"]
    if repeats is not None:
        command += ["--repeats", str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stderr}\n{name} failed with status {done.returncode}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def main() -> dict[str, Any]:
    parser = argparse.ArgumentParser(description="Run all benchmarks.")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS)
    parser.add_argument("--repeats", type=int, help="the same for all; default: each its own")
    options = parser.parse_args()
    reports = {}
    for name in options.only:
        print(f"running {name} ...", file=sys.stderr)
        reports[name] = run(name, options.repeats)
        if options.out:
            options.out.write_text(json.dumps(reports, indent=1))
    print(table(reports))
    return reports


if __name__ == "__main__":
    main()
