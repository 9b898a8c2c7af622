"""Records of many rows in their order, made on several cores."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path

import cv2
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.backend import resource_tracker as loky_tracker
from joblib.externals.loky.backend.reduction import dumps
from joblib.externals.loky.process_executor import BrokenProcessPool

from ferkeras.datasets.base import Skipped
from ferkeras.errors import GraphError
from ferkeras.inputs.graph_files.maker import GraphMaker

Result = bytes | Skipped

_LONGEST, _HEAVIEST = 32, 2**21  # rows and bytes that come from a process at once
_AHEAD = 4  # pieces that are in work or waiting, for each process

_maker: GraphMaker  # of a worker process


def make_records(
    maker: GraphMaker, rows: Sequence[int], jobs: int
) -> Generator[Result, None, None]:
    """What the maker makes of each row, in the order of the rows.

    Threads would not do: decoding and encoding hold Python's lock for half of the time. No more
    than a few megabytes, or a few graphs for each process, are held at once.

    Args:
        maker: sent to each process once.
        rows: of its index.
        jobs: processes; with 1, or if there is little to do, everything is done in this one.

    Raises:
        GraphError: a process was ended from outside.
    """
    jobs = min(jobs, -(-len(rows) // _LONGEST))
    if jobs <= 1:
        yield from map(maker, rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "maker.pickle"  # read by the processes side by side
        path.write_bytes(dumps(maker))
        pool = ProcessPoolExecutor(jobs, initializer=_start, initargs=(path, os.getpid()))
        try:
            yield from _in_order(pool, rows, _AHEAD * jobs)
        except BrokenProcessPool as error:
            raise GraphError(
                f"one of {jobs} processes ended before its work did, perhaps for want of memory; "
                "the same call goes on with the shards that are missing (fewer jobs take less)"
            ) from error


def _in_order(pool: ProcessPoolExecutor, rows: Sequence[int], ahead: int) -> Iterator[Result]:
    for tracker in (resource_tracker, loky_tracker):
        tracker.ensure_running()  # begun later, each would end the wait of _interrupt_later
    waiting: deque[Future[list[Result]]] = deque()
    at, length = 0, 1
    try:
        while waiting or at < len(rows):
            while len(waiting) < ahead and at < len(rows):
                with _interrupt_later():
                    waiting.append(pool.submit(_work, rows[at : at + length]))
                at += length
            results = waiting.popleft().result()
            size = sum(len(one) for one in results if isinstance(one, bytes)) / len(results)
            length = max(1, min(_LONGEST, int(_HEAVIEST / max(1, size))))
            yield from results
    finally:  # also if no more is wanted: what has begun ends, nothing else begins
        for future in waiting:
            future.cancel()
        pool.shutdown()


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """Ctrl-C is heard at the end of the block, and never by processes that begin in it.

    Within ``submit`` it would leave a pool that waits for ever. A terminal sends it to all
    processes; this one ends the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(path: Path, parent: int) -> None:
    global _maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    cv2.setNumThreads(1)
    _maker = pickle.loads(path.read_bytes())


def _work(rows: Sequence[int]) -> list[Result]:
    return [_maker(row) for row in rows]


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
