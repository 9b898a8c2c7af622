"""What TensorFlow Serving needs: signatures that take picture files, warm-up, a model repository.

The files that build graphs import TensorFlow at once, so they are imported only when a SavedModel
is written.
"""

from ferkeras.export.serving.publish import Published, publish
from ferkeras.export.serving.server_files import write_server_files

__all__ = ["Published", "publish", "write_server_files"]
