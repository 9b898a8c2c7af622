"""Folds side by side in several processes."""

from __future__ import annotations

import functools
import os
import pickle
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky.process_executor import BrokenProcessPool

from ferkeras._quiet import stderr_held_back
from ferkeras.errors import FerkerasError, RecipeError
from ferkeras.evaluation.fold_task import FoldTask
from ferkeras.evaluation.splitters import Fold


def run_in_processes(
    task: FoldTask, folds: Sequence[Fold], jobs: int, progress: Callable[[int, int], None]
) -> None:
    """Run every fold; a free process takes the next one.

    The processes are joblib's: new ones, each with ``cores // jobs`` threads, which end with this
    process. An error stops them all; folds that were finished before are kept.

    Args:
        task: what to do with a fold.
        folds: the folds to run.
        jobs: number of processes.
        progress: called with ``(folds done, folds to do)``.

    Raises:
        RecipeError: the task's `fit` cannot be sent to another process.
        FerkerasError: what a fold raised, or a process that was ended from outside.
    """
    threads = max(1, cpu_count() // jobs)
    progress(0, len(folds))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.pickle"  # read once by each process, not sent with every fold
        try:
            path.write_bytes(pickle.dumps(task))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise RecipeError(
                f"jobs={jobs}: fit cannot be sent to another process ({error}); make it a function "
                "or a class of a module, or take jobs=1"
            ) from error
        calls = [delayed(_run)(path, os.getpid(), threads, fold) for fold in folds]
        with parallel_config("loky", inner_max_num_threads=threads):
            parallel = Parallel(jobs, return_as="generator_unordered", batch_size=1)
            try:
                for done, _ in enumerate(parallel(calls), start=1):
                    progress(done, len(folds))
            except BrokenProcessPool as error:
                raise FerkerasError(
                    f"one of {jobs} processes ended before its fold did, perhaps for want of "
                    "memory; the same call goes on with the folds that are missing (fewer jobs "
                    "take less)"
                ) from error


def _run(path: Path, parent: int, threads: int, fold: Fold) -> None:
    _task(path, parent, threads)(fold)


@functools.lru_cache(maxsize=1)
def _task(path: Path, parent: int, threads: int) -> FoldTask:
    """A worker's task."""
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(threads))
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with stderr_held_back():  # fit may import TensorFlow
        try:
            task: FoldTask = pickle.loads(path.read_bytes())
        except (AttributeError, ImportError) as error:
            raise RecipeError(
                f"jobs above 1: another process cannot find fit ({error}); put it into a module "
                "of its own, not into the script that is run, or take jobs=1"
            ) from error
    return task


def _end_with(parent: int) -> None:
    """A worker whose parent was killed must not write into folds that a new run has taken."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
