"""Networks that a function of the user's builds: seeded, and checked before they are trained."""

import weakref
from collections.abc import MutableMapping
from typing import Any

import keras
import numpy as np

from .._errors import describe
from ._linear import get_network, put_beside
from ._networks import ACTIVATIONS, NETWORKS
from ._seeding import draw_seeds_from, keep_to_seeds
from ._tensors import read_tensor

# What skrnn alone reads of a description.
PRIVATE = {"network", "fused", "unroll", "linear", "n_time", "known", "link"}
# What a message tells of one.
ESSENTIAL = ("n_features", "n_tokens", "mask_missing", "n_outputs", "head", "strategy")
TRIAL = 32  # time steps of the sequences that show what padding does

_variables_in_use: MutableMapping[int, Any] = weakref.WeakValueDictionary()  # by id


def build_foreign(description, seed):
    """Build the network that a description names, or gives a function for.

    Parameters
    ----------
    description : dict
        See :func:`skrnn.network._build.build_network`; ``network`` is not None.
    seed : int or list of int
        Decides every random number that the function leaves to Keras to seed.

    Returns
    -------
    keras.Model
        With one input and one output, as :func:`skrnn.register_network` says.
    """
    network = description["network"]
    build = NETWORKS.load(network) if isinstance(network, str) else network
    if isinstance(build, keras.Model):
        raise ValueError(
            f"{name_network(network)} is a model already; give a function that builds it, from "
            "which every fit has one of its own."
        )
    told = _tell(description)
    try:
        with draw_seeds_from(seed):
            model = _make_functional(build(dict(told)), told)
    except MemoryError:
        raise
    except Exception as error:  # whatever goes wrong in a function of others
        raise ValueError(
            f"{name_network(network)} raised {type(error).__name__}: {error}. It must build a "
            f"keras.Model from a description, here one with {_summarize(told)}."
        ) from error
    for check in (_check_kind, _check_input, _check_output, _check_variables):
        if problem := check(model, told):
            raise ValueError(f"{name_network(network)} must build {problem}.")
    keep_to_seeds(model)
    return put_beside(model, description) if description.get("linear") else model


def check_variants(model, description):
    """Raise if the networks that predict have other weights than one that is to be trained.

    One that forecasts is only trained after every step, and values that come later may be missing
    where those trained on are not.

    Parameters
    ----------
    model : keras.Model
    description : dict
        What it was built from.
    """
    variants = []
    if description["strategy"] == "seq2seq" and description["head"] == "regression":
        variants.append({"strategy": "direct"})
    if description["embedding"] is None and not description["mask_missing"]:
        variants.append({"mask_missing": True})
    for change in variants:
        try:
            other = build_foreign(description | change, 0)
        except ValueError:
            if "strategy" in change:
                raise
            continue  # it takes no missing values, and says so when there are any
        shapes, theirs = ([weight.shape for weight in net.weights] for net in (model, other))
        if shapes != theirs:
            raise ValueError(
                f"{name_network(description['network'])} must build the same weights whatever "
                f"{next(iter(change))!r} is, so that they can be carried over; got {shapes}, and "
                f"for {change} {theirs}."
            )


def keeps_padding_behind(description):
    """Tell whether the masks of a network are known to be those of right-padded sequences."""
    network = description.get("network")
    return network is None or (isinstance(network, str) and NETWORKS.is_built_in(network))


class Padding:
    """What becomes of a network's outputs if time steps that are missing come behind.

    Parameters
    ----------
    model : keras.Model
    description : dict
        What it was built from.

    Attributes
    ----------
    is_ignored : bool
        Whether they stay the same.
    is_finite : bool
        Whether they are numbers still.
    """

    def __init__(self, model, description):
        self._network = description.get("network")
        self.is_ignored = self.is_finite = True
        has_any = description["embedding"] is not None or description["mask_missing"]
        if keeps_padding_behind(description) or not has_any:
            return
        if description.get("linear"):
            model = get_network(model)
        rows, fill = _make_trial(description)
        padded = np.pad(rows, [(0, 0), (0, TRIAL // 4), (0, 0)][: rows.ndim], constant_values=fill)
        try:
            alone, together = (read_tensor(model(part, training=False)) for part in (rows, padded))
        except Exception:  # it may need longer sequences
            self.is_ignored = False
            return
        self.is_finite = bool(np.isfinite(together).all() or not np.isfinite(alone).all())
        together = together[:, :TRIAL] if together.ndim == 3 else together
        self.is_ignored = np.allclose(alone, together, rtol=1e-4, atol=1e-5)

    def check_missing(self):
        """Raise if the network cannot be given missing steps."""
        if not self.is_finite:
            raise ValueError(
                f"{name_network(self._network)} must build a network whose outputs are finite "
                "where time steps are NaN, if description['mask_missing'] is true; got NaN. Some "
                "steps inside the sequences are missing: have the function mask or replace them, "
                "for example with keras.ops.nan_to_num in a layer, or give sequences without NaN."
            )

    def check_outputs(self, outputs):
        """Raise if a network of the user's gives what is not a number."""
        if self._network is not None and not np.isfinite(outputs).all():
            n_rows = np.count_nonzero(~np.isfinite(outputs).all(axis=1))
            raise ValueError(
                f"{name_network(self._network)} must build a network whose outputs are finite; "
                f"got NaN or infinity for {n_rows} of {len(outputs)} sequences."
            )


def _make_trial(description):
    """Make a few sequences, and give what stands for missing steps behind them."""
    rng = np.random.default_rng(0)
    if description["embedding"] is None:
        return rng.normal(size=(2, TRIAL, description["n_features"])).astype(np.float32), np.nan
    n_tokens = max(2, description["n_tokens"])
    return rng.integers(1, n_tokens, (2, TRIAL), np.int32), 0


def name_network(network):
    """Name the word and what was given for it."""
    name = getattr(network, "__qualname__", None)
    return f"network={name if name and '<' not in name else describe(network)}"


def _summarize(told):
    """Name the words of a description that most depends on."""
    return ", ".join(f"{name}={told[name]!r}" for name in ESSENTIAL if name in told)


def _tell(description):
    """Give a description as functions get it."""
    told = {name: value for name, value in description.items() if name not in PRIVATE}
    told["activation"] = ACTIVATIONS[told["head"]]
    if told["strategy"] == "recursive" or "n_steps" not in told:
        told["n_steps"] = 1
    return told


def _make_functional(model, told):
    """Connect a model that has no inputs yet."""
    if not isinstance(model, keras.Model) or getattr(model, "inputs", None):
        return model
    shape, dtype = _get_input(told)
    inputs = keras.Input(shape[1:], dtype=dtype)
    return keras.Model(inputs, model(inputs))


def _get_input(told):
    """Give the shape and the type of what comes in."""
    if told["embedding"] is None:
        return (None, None, told["n_features"]), "float32"
    return (None, None), "int32"


def _get_output(told):
    """Give the shape of what is to come out."""
    n_outputs = told["n_outputs"]
    return (None, None, n_outputs) if told["strategy"] == "seq2seq" else (None, n_outputs)


def _check_kind(model, told):
    if not isinstance(model, keras.Model):
        return f"a keras.Model; it returned {describe(model)}"
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return (
            f"a model of one input and one output; got {len(model.inputs)} inputs and "
            f"{len(model.outputs)} outputs"
        )
    return None


def _check_input(model, told):
    (shape, dtype), given = _get_input(told), model.inputs[0]
    if (*given.shape,) != shape or given.dtype != dtype:
        return (
            f"a model whose input is keras.Input({shape[1:]}, dtype={dtype!r}), time steps in "
            f"any number; got one of the shape {given.shape[1:]} and dtype {given.dtype!r}"
        )
    return None


def _check_output(model, told):
    shape, (given,), activation = _get_output(told), model.outputs, told["activation"]
    if (*given.shape,) != shape:
        return (
            f"a model whose output has the shape {shape} for head={told['head']!r}, "
            f"strategy={told['strategy']!r} and n_outputs={told['n_outputs']}; got {given.shape}"
        )
    last = getattr(given._keras_history.operation, "activation", None)
    if activation != "linear" and last is keras.activations.linear:
        return f"a model whose outputs are probabilities, by {activation!r}; got 'linear'"
    return None


def _check_variables(model, told):
    used = [v.path for v in model.variables if _variables_in_use.get(id(v)) is v]
    if used:
        return f"a new model whenever it is called; the variables {used} are of an earlier one"
    _variables_in_use.update((id(variable), variable) for variable in model.variables)
    return None
