"""Write a trained model as SavedModel, TFLite and ONNX; every file is run and compared with Keras.

One format a file in ``formats/``. `export_model` (classifiers) and `export_restorer` (models that
give larger pictures) find them by name.
"""

from ferkeras.export.export_folder import ExportResult
from ferkeras.export.export_model import export_model
from ferkeras.export.export_restorer import export_restorer
from ferkeras.export.frames_model import frames_model
from ferkeras.export.parity import Parity
from ferkeras.export.picture_parity import PictureParity

__all__ = [
    "ExportResult",
    "Parity",
    "PictureParity",
    "export_model",
    "export_restorer",
    "frames_model",
]
