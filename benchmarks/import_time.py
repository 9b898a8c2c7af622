"""How long `import ferkeras` takes in a fresh Python, and what it loads.

python benchmarks/import_time.py [--repeats 15] [--json]
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from measuring import Figure, Timings
from reporting import report

HEAVY = ("tensorflow", "keras", "cv2", "numpy", "pandas")
CHILD = """
import sys, time
wall, cpu = time.perf_counter(), time.process_time()
{statement}
print(time.perf_counter() - wall, time.process_time() - cpu)
print(*[name for name in {heavy} if name in sys.modules])
"""
STATEMENTS = {
    "import ferkeras": "import ferkeras",
    "from ferkeras import Recognizer": "from ferkeras import Recognizer",
    "all commands of the program": "from ferkeras.cli import build_app; build_app()",
}


def measure(repeats: int) -> list[Figure]:
    """Import time in fresh processes."""
    figures = []
    for what, statement in STATEMENTS.items():
        timings = Timings()
        loaded: list[str] = []
        for number in range(repeats + 1):
            seconds, loaded = import_once(statement)
            if number:  # the first run may write byte code
                timings.wall.append(seconds[0])
                timings.cpu.append(seconds[1])
        limit = 200.0 if what == "import ferkeras" else None
        names = ", ".join(loaded) or "nothing heavy"
        figures.append(timings.figure(f"{what} (loads {names})", limit=limit))
    return figures


def import_once(statement: str) -> tuple[list[float], list[str]]:
    """Wall and processor seconds of a statement, and which of `HEAVY` are loaded after it."""
    code = CHILD.format(statement=statement, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, loaded = done.stdout.splitlines()
    return [float(value) for value in seconds.split()], loaded.split()


def main() -> dict[str, Any]:
    return report(measure, repeats=15)


if __name__ == "__main__":
    main()
