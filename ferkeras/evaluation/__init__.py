"""Honest evaluation: splitters, leakage guard, protocol runner, pooled scores, report.

    from ferkeras.evaluation import evaluate, write_report
    result = evaluate(index, "subject-kfold:10", fit, "runs/mine")
    write_report(result, "runs/mine")

Works on tables and arrays alone; Keras comes in only through the ``fit`` that is passed.
"""

from ferkeras.evaluation.comparison import write_comparison
from ferkeras.evaluation.named_protocols import Protocol, parse_protocol
from ferkeras.evaluation.pooling import merge
from ferkeras.evaluation.protocol import evaluate
from ferkeras.evaluation.report import write_report
from ferkeras.evaluation.result import EvaluationResult
from ferkeras.evaluation.scores import Scores, confusion_matrix
from ferkeras.evaluation.splitters import (
    Fold,
    fixed_split,
    group_kfold,
    kfold,
    leave_one_subject_out,
    stratified_kfold,
)

__all__ = [
    "EvaluationResult",
    "Fold",
    "Protocol",
    "Scores",
    "confusion_matrix",
    "evaluate",
    "fixed_split",
    "group_kfold",
    "kfold",
    "leave_one_subject_out",
    "merge",
    "parse_protocol",
    "stratified_kfold",
    "write_comparison",
    "write_report",
]
