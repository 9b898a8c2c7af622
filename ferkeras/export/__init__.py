"""Write a trained model as SavedModel, TFLite and ONNX; every file is run and compared with Keras.

One format a file: ``<format>.py`` holds ``FILE``, the name it writes, and
``write(model, folder)``. `export_model` finds them by name.
"""

from ferkeras.export.export_model import FORMATS, ExportResult, export_model
from ferkeras.export.parity import Parity

__all__ = ["FORMATS", "ExportResult", "Parity", "export_model"]
