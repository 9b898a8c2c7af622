"""Train a recipe under one protocol and write its report: what the studies do many times."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferkeras.cli._experiment import command_line, folds_done, prepare_pictures, trainer

if TYPE_CHECKING:
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
        allow, drop_leaks: see `ferkeras.evaluation.evaluate`.
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
        allow: Sequence[str] = (),
        drop_leaks: bool = False,
    ) -> None:
        from ferkeras.datasets.digests import digests

        self.index = index
        self.cache, self.on_missing = cache, on_missing
        self.seed, self.jobs, self.inner_validation = seed, jobs, inner_validation
        self.allow, self.drop_leaks = allow, drop_leaks
        self.digests = digests(index)
        self._prepared: Prepared | None = None

    def of(self, index: Index) -> ProtocolRuns:
        """The same for an index of the same rows and pictures."""
        other = copy.copy(self)
        other.index = index
        return other

    def with_prepared(self, prepared: Prepared) -> ProtocolRuns:
        """The same with these samples of the same rows, whatever a recipe's input says."""
        other = copy.copy(self)
        other._prepared = prepared
        return other

    def check(self, protocol: Protocol) -> None:
        """Make all folds and look for leaks, as `__call__` will, without training.

        Raises:
            LeakageError, DatasetError, RecipeError: see `ferkeras.evaluation.evaluate`.
        """
        from ferkeras.evaluation.leakage import check_names
        from ferkeras.evaluation.plan import make_plan

        make_plan(
            self.index,
            protocol,
            self.digests,
            seed=self.seed,
            allow=check_names(self.allow),
            drop_leaks=self.drop_leaks,
            settings={},
        )

    def prepare(self, spec: InputSpec) -> Prepared:
        """The data set's prepared samples; from the cache, where they were prepared before."""
        if self._prepared is not None:
            return self._prepared
        return prepare_pictures(self.index, spec, self.cache, self.on_missing, self.digests)

    def __call__(
        self,
        recipe: Recipe,
        protocol: Protocol,
        folder: Path,
        *,
        wrap: Callable[[Any], Any] = lambda fit: fit,
        settings: Mapping[str, Any] | None = None,
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
            recipe, self.index, self.prepare, self.inner_validation, keep_models=False
        )
        result = evaluation.evaluate(
            self.index,
            protocol,
            wrap(fit),
            folder,
            seed=self.seed,
            allow=self.allow,
            drop_leaks=self.drop_leaks,
            settings={**used, **(settings or {})},
            command=command_line(),
            digests=self.digests,
            picked_on_test=recipe.select == "oracle-epoch",
            jobs=self.jobs,
            progress=folds_done(self.jobs),
        )
        evaluation.write_report(result, folder)
        return result
