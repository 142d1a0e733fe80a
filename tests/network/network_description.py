"""What a network of the tests is, unless they say otherwise."""

NETWORK = {
    "embedding": None,
    "n_features": 3,
    "mask_missing": False,
    "cell": "lstm",
    "units": (4,),
    "bidirectional": False,
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "normalization": None,
    "truncate_gradient": None,
    "pooling": "last",
    "dense_units": (),
    "strategy": "direct",
    "n_steps": 1,
    "head": "regression",
    "n_outputs": 2,
}
