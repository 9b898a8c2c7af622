"""Requests a second and latency of a server that takes photos.

    python examples/litserve/load.py photo.jpg --clients 8 --seconds 10 --pid PID_OF_THE_SERVER

Each client sends the photo again as soon as it has its answer. Memory is that of the server and its
processes, pages that they share counted once (PSS, Linux only).
"""

from __future__ import annotations

import argparse
import http.client
import sys
import threading
import time
from pathlib import Path

import numpy as np


def send(address: str, photo: bytes, until: float, times: list[float], failed: list[str]) -> None:
    """One client: ask until the time is up."""
    connection = http.client.HTTPConnection(address, timeout=60)
    while time.perf_counter() < until and not failed:
        start = time.perf_counter()
        connection.request("POST", "/predict", photo, {"Content-Type": "image/jpeg"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            failed.append(f"{answer.status} {content[:200]!r}")
        times.append(time.perf_counter() - start)


def memory(pid: int) -> float:
    """Megabytes of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return own * 1024 / 1e6 + sum(memory(int(child)) for child in children)


def main() -> None:
    """Print one line of figures."""
    parser = argparse.ArgumentParser(description="Measure a server that takes photos.")
    parser.add_argument("photo", type=Path)
    parser.add_argument("--address", default="127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--pid", type=int, help="of the server, for its memory")
    given = parser.parse_args()
    photo, times, failed = given.photo.read_bytes(), [], []
    send(given.address, photo, time.perf_counter() + 1, [], failed)  # warm
    start = time.perf_counter()
    clients = [
        threading.Thread(
            target=send, args=(given.address, photo, start + given.seconds, times, failed)
        )
        for _ in range(given.clients)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.perf_counter() - start
    if failed:
        sys.exit(f"a request failed: {failed[0]}")
    middle, slowest = 1000 * np.percentile(times, [50, 99])
    line = f"{len(times) / took:.1f} requests/s, median {middle:.0f} ms, p99 {slowest:.0f} ms"
    print(line + (f", {memory(given.pid):.0f} MB" if given.pid else ""))


if __name__ == "__main__":
    main()
