"""One entry for every layer, loss, metric and system; a new file without an entry fails the run.

Layers: constructor arguments and input shape (without batch). Losses: arguments, shapes of target
and prediction. Metrics: arguments and number of classes. Systems: arguments of a small model.
"""

LAYERS = {
    "BlockAggregation": ({"filters": 5}, (4, 6, 3)),
    "DecisionFusion": ({"mode": "product"}, (2, 5)),
    "LocalSelfAttention": (
        {"num_heads": 2, "block_size": 2, "head_dim": 3, "dropout": 0.1},
        (4, 6, 4),
    ),
    "NormFeatureSelection": ({"keep": 3}, (7, 4)),
    "OverlappingPatches": ({"size": 8, "stride": 4}, (16, 12, 2)),
    "PatchEmbedding": ({"patch_size": 3, "hidden_dim": 5}, (6, 9, 2)),
    "PositionEmbedding": ({"block_size": 2, "scalar": True}, (4, 6, 3)),
    "RandomAffine": (
        {"flip": 0.3, "rotation": 7.0, "scale": (0.8, 1.1), "shift": 0.1},
        (12, 10, 3),
    ),
    "RandomFlow": ({"flip": 0.4, "gain": 0.2}, (8, 8, 3)),
    "TransformerBlock": (
        {"num_heads": 2, "block_size": 3, "mlp_ratio": 1.5, "head_dim": 3, "activation": "relu"},
        (6, 3, 4),
    ),
}
# Layers that draw at random only while training: their output must equal their input otherwise.
PASS_THROUGH = ("RandomAffine", "RandomFlow")
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
SMALL_HTNET = {
    "input_shape": (8, 8, 3),
    "classes": 4,
    "patch_size": 2,
    "hidden_dim": 6,
    "num_heads": 2,
    "head_dropout": 0.2,
}
SYSTEMS = {
    "htnet": ("HTNet", SMALL_HTNET),
    "mff_cnn": ("MFFCNN", SMALL_MFF_CNN),
}
