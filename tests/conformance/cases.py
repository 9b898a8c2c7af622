"""One entry for every layer, loss, metric and system; a new file without an entry fails the run.

Layers: constructor arguments and input shape (without batch). Losses: arguments, shapes of target
and prediction. Metrics: arguments and number of classes. Systems: arguments of a small model.
"""

LAYERS = {
    "DecisionFusion": ({"mode": "product"}, (2, 5)),
    "NormFeatureSelection": ({"keep": 3}, (7, 4)),
    "OverlappingPatches": ({"size": 8, "stride": 4}, (16, 12, 2)),
    "RandomAffine": (
        {"flip": 0.3, "rotation": 7.0, "scale": (0.8, 1.1), "shift": 0.1},
        (12, 10, 3),
    ),
}
# Layers that draw at random only while training: their output must equal their input otherwise.
PASS_THROUGH = ("RandomAffine",)
LOSSES = {
    "JointTuningLoss": ({"weights": (1.0, 0.5, 0.2), "label_smoothing": 0.1}, (4,), (2, 4)),
}
METRICS = {
    "ConfusionMatrix": {"classes": 4},
    "UAR": {"classes": 4},
    "UF1": {"classes": 4},
}
SMALL_MFF_CNN = {
    "input_shape": (24, 24, 1),
    "classes": 4,
    "patches": 9,
    "keep": 20,
    "image_filters": ((4,), (6,), (8,)),
    "patch_filters": ((4,), (4,)),
    "mid_units": 8,
    "padding": "same",
    "batch_norm": True,
    "dropout": 0.2,
}
SYSTEMS = {
    "mff_cnn": ("MFFCNN", SMALL_MFF_CNN),
}
