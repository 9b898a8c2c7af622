"""The values that travel between the folders: plain NumPy, no TensorFlow.

Conventions that hold everywhere in ferkeras:

* A **picture** is ``uint8`` of shape ``(height, width, 3)``, colour order **RGB**, values 0..255,
  already turned upright by its EXIF orientation. `ferkeras.media.as_picture` makes one from
  anything else; no other code converts colours or ranges of user input.
* A **point** is ``(x, y)`` in pixels, x to the right, y down, the centre of the top left pixel
  at (0, 0). A **box** is ``(x, y, width, height)``.
* "Left" means on the left of the picture (the subject's right), as detectors give it.
* A **model input** is ``float32``, values 0..255: a picture or a movement ``(height, width,
  channels)``; the two faces between which a model computes the movement itself; or landmarks
  ``(points, 2)``, each (x, y) with the face's square at 0..255. Scaling and normalising are layers
  inside the model, so that an exported file needs none of it.
"""

from ferkeras.types.arrays import FloatArray, Flow, Picture
from ferkeras.types.clip import Clip, FlowImage
from ferkeras.types.face import LANDMARK_NAMES, Face
from ferkeras.types.flow_spec import FlowSpec
from ferkeras.types.graph import Graph
from ferkeras.types.graph_spec import GraphSpec
from ferkeras.types.input_spec import InputSpec
from ferkeras.types.resolution_spec import ResolutionSpec
from ferkeras.types.sample import Sample

__all__ = [
    "LANDMARK_NAMES",
    "Clip",
    "Face",
    "FloatArray",
    "Flow",
    "FlowImage",
    "FlowSpec",
    "Graph",
    "GraphSpec",
    "InputSpec",
    "Picture",
    "ResolutionSpec",
    "Sample",
]
