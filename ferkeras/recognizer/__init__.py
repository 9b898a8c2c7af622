"""Photo or clip -> expressions, over any exported model.

`Recognizer` opens a model; `Recognition`, `PictureResult` and `ClipResult` are what it gives.
"""

from ferkeras.recognizer.clip_result import ClipResult
from ferkeras.recognizer.clip_stream import ClipStream
from ferkeras.recognizer.recognizer import Recognizer
from ferkeras.recognizer.results import PictureResult, Recognition
from ferkeras.recognizer.stream_summary import StreamSummary

__all__ = [
    "ClipResult",
    "ClipStream",
    "PictureResult",
    "Recognition",
    "Recognizer",
    "StreamSummary",
]
