"""How much a network and a linear classifier count in what they predict together."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit, log_softmax, logit, softmax

PARTS = "network", "linear"
LARGEST = 3.0  # weight
USUAL = np.array([0.3, 0.8])  # weights of a network and of a linear classifier
N_USUAL = 3.0  # by so much a sum of log losses grows where a weight is 1 off
EPS = np.finfo(np.float32).eps


def read_logits(outputs, head):
    """Turn the probabilities that a network gives into logits.

    Parameters
    ----------
    outputs : ndarray of shape (n, n_outputs)
    head : {"binary", "multiclass", "multilabel", "regression"}

    Returns
    -------
    ndarray of float of shape (n, n_outputs)
        Log-odds; of several classes the logarithms, less their mean; what is predicted of
        numbers as it is.
    """
    if head == "regression":
        return outputs.astype(float)
    outputs = np.clip(outputs.astype(float), EPS, 1 - EPS)
    if head != "multiclass":
        return logit(outputs)
    logarithms = np.log(outputs)
    return logarithms - logarithms.mean(axis=1, keepdims=True)


def join(logits, weights, head):
    """Give the probabilities of a weighted sum of logits; of numbers, the sum.

    Parameters
    ----------
    logits : ndarray of shape (2, n, n_outputs)
        Of the network, and of the linear classifier.
    weights : ndarray of shape (2,)
    head : {"binary", "multiclass", "multilabel"}

    Returns
    -------
    ndarray of float of shape (n, n_outputs)
    """
    total = np.tensordot(weights, logits, 1)
    if head == "regression":
        return total
    return softmax(total, axis=1) if head == "multiclass" else expit(total)


def learn_weights(logits, targets, head, sample_weight):
    """Learn the weights, from 0 to 3, with which samples have the least loss.

    They are drawn a little towards weights that are usual, which decide where samples are few.

    Parameters
    ----------
    logits : ndarray of shape (2, n, n_outputs)
        Of a network and a linear classifier that were trained on other samples.
    targets : ndarray of shape (n, n_outputs)
        0 and 1, or numbers.
    head : {"binary", "multiclass", "multilabel", "regression"}
    sample_weight : ndarray of shape (n,), default=None

    Returns
    -------
    ndarray of shape (2,)
    """
    counts = (
        np.ones(len(targets)) if sample_weight is None else sample_weight / sample_weight.mean()
    )

    def judge(weights):
        errors = join(logits, weights, head) - targets
        losses = measure_losses(np.tensordot(weights, logits, 1), targets, head)
        off = weights - USUAL
        loss = counts @ losses.sum(axis=1) + N_USUAL * off @ off
        return loss, np.tensordot(logits, counts[:, None] * errors, 2) + 2 * N_USUAL * off

    bounds = [(0, LARGEST)] * len(USUAL)
    return minimize(judge, USUAL, jac=True, method="L-BFGS-B", bounds=bounds).x


def measure_losses(total, targets, head):
    """Give the log loss of each sample and output, or half the squared error."""
    if head == "regression":
        return (total - targets) ** 2 / 2
    if head == "multiclass":
        return -targets * log_softmax(total, axis=1)
    return -targets * log_expit(total) - (1 - targets) * log_expit(-total)


def measure_chance(targets, held_targets, weights, held_weights, head):
    """Give the validation loss of predicting the share of each class, or the mean, for all texts.

    Parameters
    ----------
    targets, held_targets : ndarray of shape (n, n_outputs)
        0 and 1, or numbers, to learn from and to predict.
    weights, held_weights : ndarray of shape (n,)
    head : {"binary", "multiclass", "multilabel", "regression"}
    """
    means = np.average(targets, axis=0, weights=weights)
    if head == "regression":
        return (held_weights * ((held_targets - means) ** 2).mean(axis=1)).mean()
    shares = means.clip(EPS, 1 - EPS)
    total = np.log(shares) if head == "multiclass" else logit(shares)
    losses = measure_losses(np.broadcast_to(total, held_targets.shape), held_targets, head)
    return (held_weights * (losses.sum(1) if head == "multiclass" else losses.mean(1))).mean()
