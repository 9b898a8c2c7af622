"""Train a recipe under one protocol and write its report: what the studies do many times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferkeras.cli._experiment import command_line, folds_done, prepare_pictures, trainer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferkeras.datasets import Index
    from ferkeras.evaluation import EvaluationResult
    from ferkeras.evaluation.named_protocols import Protocol
    from ferkeras.inputs import Prepared
    from ferkeras.training import Recipe
    from ferkeras.types import InputSpec


class ProtocolRuns:
    """Runs on one data set, whose pictures are prepared once a kind of input.

    Args:
        index: the data set.
        cache: folder of prepared samples.
        on_missing: ``"skip"`` or ``"error"`` where no face is found.
        seed: of the folds.
        jobs: processes that train folds side by side.
        inner_validation: see `ferkeras.training.fold_fitter.FoldFitter`.
    """

    def __init__(
        self,
        index: Index,
        *,
        cache: Path,
        on_missing: str,
        seed: int,
        jobs: int,
        inner_validation: float = 0.0,
    ) -> None:
        from ferkeras.datasets.digests import digests

        self.index = index
        self.cache, self.on_missing = cache, on_missing
        self.seed, self.jobs, self.inner_validation = seed, jobs, inner_validation
        self.digests = digests(index)

    def __call__(
        self,
        recipe: Recipe,
        protocol: Protocol,
        folder: Path,
        *,
        wrap: Callable[[Any], Any] = lambda fit: fit,
        **settings: Any,
    ) -> EvaluationResult:
        """Evaluate, go on where a former run stopped, and write the report into ``folder``.

        Args:
            recipe: what to train.
            protocol: how to fold.
            folder: of folds and report.
            wrap: changes `fit` before it is used.
            settings: what ``wrap`` depends on, for the report and for going on.
        """
        from ferkeras import evaluation

        fit, used = trainer(
            recipe, self.index, self._prepare, self.inner_validation, keep_models=False
        )
        result = evaluation.evaluate(
            self.index,
            protocol,
            wrap(fit),
            folder,
            seed=self.seed,
            settings={**used, **settings},
            command=command_line(),
            digests=self.digests,
            picked_on_test=recipe.select == "oracle-epoch",
            jobs=self.jobs,
            progress=folds_done(self.jobs),
        )
        evaluation.write_report(result, folder)
        return result

    def _prepare(self, spec: InputSpec) -> Prepared:
        return prepare_pictures(self.index, spec, self.cache, self.on_missing, self.digests)
