"""Errors that carry one clear line: what is wrong, where, and how to mend it.

Library code raises these for anything a user can cause (a broken file, a wrong shape, a
missing class). The command line prints the message alone and exits with status 2; a
traceback from it is a defect.
"""


class FerkerasError(ValueError):
    """Base of every error that bad input can cause."""


class MediaError(FerkerasError):
    """A picture or a video that cannot be read, or an array that is not a picture."""


class FaceError(FerkerasError):
    """No face, or not the face that was asked for, where one is required."""


class DatasetError(FerkerasError):
    """A data set whose files, labels or columns are not as its reader needs them."""


class LeakageError(FerkerasError):
    """Test data that also stands in the training data, where the protocol forbids it."""


class ModelFileError(FerkerasError):
    """A model file, card or tag that is missing, damaged or of another kind."""


class ExportError(FerkerasError):
    """An exported file that cannot be made, or that does not agree with its Keras model."""


class RecipeError(FerkerasError):
    """A training setting that is unknown or out of range."""


class FlowError(FerkerasError):
    """Frames or a movement from which no optical flow, strain or apex can be computed."""


class GraphError(FerkerasError):
    """Nodes, edges or settings from which no graph, Laplacian, basis or coarsening can be made."""
