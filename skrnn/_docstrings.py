"""The words that several estimators, or several ways to one picture, share: documented once."""

import re
from collections.abc import Callable
from inspect import cleandoc, getdoc, signature
from textwrap import indent

from ._typing import AnyClass

_PARAMETERS = {
    "cell": """
        str, default={default}
        The recurrent cell: "simple", "gru", "lstm", "layernorm_simple" (Ba et al., 2016), "mingru"
        or "minlstm" (Feng et al., 2024: no product of the state, and all steps at once), or a
        registered name. See :func:`skrnn.register_cell`.""",
    "network": """
        str, callable or None, default={default}
        A network of another kind: a registered name, or a function that builds a
        :class:`keras.Model` from a description of data and words. The words of the layers, from
        ``cell`` to ``dense_units``, then mean what it makes of them. None builds the network
        that these words describe. See :func:`skrnn.register_network`.""",
    "units": """
        int or tuple of int, default={default}
        Number of cells in the recurrent layer; a tuple stacks several layers.""",
    "bidirectional": """
        bool, default={default}
        Read each sequence in both directions and concatenate (Schuster and Paliwal, 1997).""",
    "dropout": """
        float in [0, 1), default={default}
        Share of the inputs of every recurrent layer that is dropped in training, the same for
        all time steps of a sequence; also applied after each of ``dense_units``.""",
    "recurrent_dropout": """
        float in [0, 1), default={default}
        Share of the recurrent state that is dropped in training (Gal and Ghahramani, 2016).
        Rules out cuDNN's fused kernels.""",
    "dense_units": """
        int, tuple of int or None, default={default}
        Widths of ReLU layers between the recurrent layers and the output.""",
    "normalization": """
        {"batch", "layer"} or None, default={default}
        Normalise the outputs of each recurrent and dense layer over the batch (Ioffe and Szegedy,
        2015) or over the layer (Ba et al., 2016).""",
    "truncate_gradient": """
        int or None, default={default}
        Follow gradients back through so many time steps only, counted from the end of each
        sequence (Williams and Peng, 1990); None follows them to the beginning. The forward
        pass is the same. Rules out cuDNN's fused kernels.""",
    "optimizer": """
        str, type or keras.optimizers.Optimizer, default={default}
        A name, class or pattern; every fit trains with an optimizer of its own.""",
    "learning_rate": """
        float, keras.optimizers.schedules.LearningRateSchedule or None, default={default}
        Step size; None takes the optimizer's own.""",
    "learning_rate_schedule": """
        {"cosine"} or None, default={default}
        "cosine" has the step size rise to ``learning_rate`` over the first 5 % of the updates of
        a ``fit``, at most 30, and fall to 0 along half a cosine over all ``epochs`` (Loshchilov
        and Hutter, 2017). ``partial_fit`` trains at ``learning_rate``. None keeps it the same.""",
    "clipnorm": """
        float or None, default={default}
        Largest norm of the gradient of each weight; longer gradients are scaled down to it.""",
    "loss": """
        str, callable or None, default={default}
        What to minimise, in Keras's names; None takes {loss}.""",
    "metrics": """
        str, callable, list of them or None, default={default}
        What to record after each epoch beside the loss, in Keras's names, or metrics of Keras.
        Of three classes or more, a function of your own gets the numbers of the classes, and
        Keras's metrics one column of 0 and 1 for each class.""",
    "batch_size": """
        int, default={default}
        Sequences per gradient step, and at most as many per step of a prediction.""",
    "epochs": """
        int, default={default}
        Passes over the training data.""",
    "early_stopping": """
        bool or "auto", default={default}
        Stop when the validation loss has not improved by ``tol`` for ``n_iter_no_change``
        epochs, and restore the weights of the best epoch. "auto" does so where there is
        validation data or there are 1000 sequences to set a part of aside from.""",
    "validation_fraction": """
        float in (0, 1), default={default}
        Share of the training data that is set aside for ``early_stopping`` where ``fit`` is
        given no validation data: {split}.""",
    "monitor": """
        str or tuple, default={default}
        What ``early_stopping`` watches in place of the validation loss: one of ``metrics``, by
        the name that it has in ``history_``. For a function of your own a pair says which is
        best: ("gain", "max") or ("error", "min").""",
    "n_iter_no_change": """
        int, default={default}
        Epochs without improvement after which ``early_stopping`` stops.""",
    "tol": """
        float, default={default}
        Smallest improvement of what is monitored that counts as one.""",
    "class_weight": """
        dict, "balanced" or None, default={default}
        Weight of each class in the loss; "balanced" weighs inversely to frequency.""",
    "checkpoint": """
        str, path or None, default={default}
        Where to save the network in training. A ``.keras`` file, for
        :func:`keras.saving.load_model`, is written after every epoch whose validation loss
        (without validation data, training loss) is the lowest so far. A folder has all that
        ``fit`` needs to go on from the last epoch that was written down, should its process die:
        the same call, with the same data and parameters, goes on, and ends as if nothing had
        happened. ``callbacks`` begin anew. None writes nothing.""",
    "callbacks": """
        list of keras.callbacks.Callback or None, default={default}
        Copied for every fit, with the lists, dictionaries and arrays that they hold; other
        objects, such as a trial or a client that they report to, are shared. ``callbacks_`` holds
        the copies that ran.""",
    "warm_start": """
        bool, default={default}
        Go on from the weights of the last ``fit`` where there was one.""",
    "n_networks": """
        int, default={default}
        Networks to train, one after the other, each from a seed of its own; predictions are the
        mean of what they give. ``history_`` is then the mean over those that still trained,
        ``n_iter_`` the epochs of the longest training, ``callbacks_`` holds the copies of each
        in turn, ``model_`` gives the mean, and the files of ``checkpoint`` are numbered,
        ``best-1.keras`` and so on.""",
    "random_state": """
        int, numpy.random.RandomState or None, default={default}
        Decides initial weights, dropout, the order of batches and the validation split. None
        draws a new seed from the operating system; no global random state is read or changed.""",
    "verbose": """
        int, default={default}
        0 is silent, 1 shows a progress bar, 2 prints a line per epoch. Fits that do more than one
        training then print a line at the start of each of their stages, too.""",
    "window": """
        int or "auto", default={default}
        Rows before a forecast that are read. "auto" takes a season and one more, at least 6, or
        another number of rows by which the linear part forecasts clearly better.""",
    "lags": """
        int, array-like of int or None, default={default}
        Rows that are read beside the window: those so many rows before each row of the forecast,
        as far as they lie before all of them. With 24 and 168 a short window of hours reads the
        same hour of the day before, and of the week before.""",
    "horizon": """
        int, default={default}
        Rows to forecast from each window.""",
    "series": """
        label or None, default={default}
        The column of X, or the level of its index, that tells series apart in a table with a row
        for each series and time. Rows may come in any order, series may have other lengths and
        dates. None reads one series; an index of two levels, series and time, needs no word.""",
    "time": """
        label or None, default={default}
        The column of X, or the level of its index, that holds the times: dates, periods,
        durations or integers; rows may then come in any order. None takes the index. Of many
        series, a default index says nothing, nor do rows picked from one, such as those of a
        fold: numbers without a name, none of them twice. The rows of each series then come in
        time order.""",
    "seasonality": """
        "auto", int, array-like of int or None, default={default}
        Rows in a season, or in each of several, that are taken out of every series where a test
        finds them. "auto" has the step of the dates say which (12 for months, 24 and 168 for
        hours), or else the autocorrelation, and takes changes over a season where these forecast
        better. None takes none out, as "auto" does beside ``difference``.""",
    "network_share": """
        float in [0, 1] or "auto", default={default}
        How much of what the network adds to its linear start is used. "auto" has forecasts of
        rows that are held out decide, for which the network is trained without them before: once,
        of fewer than 30 series twice. A file of ``checkpoint`` holds the network before that.""",
    "strategy": """
        {"direct", "recursive", "seq2seq", "encoder_decoder"}, default={default}
        How several steps ahead are forecast. "direct": at once, with an output for each;
        "recursive": the first, which is fed back, and so on; "seq2seq": as "direct", but learned
        after every time step {steps} from the steps that follow it, not after the last alone;
        "encoder_decoder": by a second recurrent layer that goes on from the state of the last
        one for as many steps (Cho et al., 2014).""",
    "linear": """
        bool, default={default}
        Add a linear function of all that the network reads to what it gives. It starts at the
        solution of a ridge regression, the network at 0, and both are trained together.
        Sequences are then of one length, unless ``strategy`` is "seq2seq": with that it is a
        function of each time step to the outputs after it.""",
    "scaling": """
        {"auto", "window", "standard", "global"}, transformer or None, default={default}
        "window" takes each window relative to its own last value and mean size, "standard" uses
        one mean and standard deviation for each series, "global" one for all of them, and a
        scikit-learn transformer is fitted on each training series. With "standard", a series
        that was not in ``fit`` is forecast once ``update`` has had rows of it. Forecasts come
        back in the units of X. "auto" takes what is better for the linear part: "window" or
        "standard" for one series; for several "window", unless "global" is clearly better.""",
    "difference": """
        int or None, default={default}
        Forecast the change against so many rows before: 1, or the length of a season.""",
    "missing": """
        {"fill", "skip"}, default={default}
        What becomes of NaN in a window: "fill" estimates them from the window's other values,
        "skip" leaves out the rows that have one; with the strategy "seq2seq", the time steps
        after such rows, and the windows of others have the value before.""",
    "calibrate": """
        bool or "auto", default={default}
        Whether forecasts of the last training rows, by what was trained without these, are kept
        to tell how wide intervals are: see :meth:`predict_interval`. "auto" does so where such
        a training is made for ``network_share``, True trains for it otherwise.""",
    "output": """
        {"positive"} or None, default={default}
        What forecasts can be. "positive" is for counts and amounts: no forecast is below 0.
        Windows are then read in units of their size without being taken relative to their last
        value, seasons are factors although some values are 0, and ``loss`` may be "poisson" or
        "tweedie" (of power 1.5), which forecast the mean; by default it is the median. Nothing
        that is forecast may be below 0 in X.""",
    "quantiles": """
        array-like of float or None, default={default}
        Levels, rising, such as (0.05, 0.5, 0.95): a quantile of each is learned, by the pinball
        loss, of which none is below the one before. ``predict`` gives the median, 0.5, which must
        be among them, ``predict_quantiles`` all of them, and :meth:`predict_interval` puts two of
        them right (Romano et al., 2019). None learns one number.""",
    "target": """
        str, int, list of these or None, default={default}
        The columns of X to forecast, by name or number, from 0, of those that are left beside
        ``series`` and ``time``; None forecasts all but ``known`` and ``static``.""",
    "known": """
        label, list of labels, dict or None, default={default}
        The columns of X that are known ahead, such as promotions, prices and holidays: numbers,
        flags, or labels. A network embeds labels of more than 64 kinds; for other models the 64
        commonest are told apart. A forecast of a row reads what is known of that row, and of
        those before the first that is forecast; effects reach one row further. A missing value is
        an error; a dict names the columns with what replaces it, ``{"promo": 0}``, or None.""",
    "static": """
        label, list of labels or None, default={default}
        The columns of X that are constant within each series, such as the region of a store:
        numbers, flags or labels.""",
    "calendar": """
        str, list of str or None, default={default}
        What is read of the dates of rows: of what goes round two pairs of a sine and a cosine (a
        smooth wave; weekdays have three, and are told apart), of the rest flags. "auto" picks
        from the step what goes round in more steps than one, and within the rows, and the ends
        of months and quarters. Names pick them singly: "hour", "weekday", "day", "yearday",
        "week", "month", "quarter", "month_end", "quarter_end", "year_end". A country, "DE", or
        part of one, "DE-BY", adds its holidays, by the package ``holidays``.""",
    "freq": """
        str, pandas offset or None, default={default}
        The step from one row to the next where X has an index of dates, as an offset or its
        alias: "D", "B", "MS". Rows left out in between are missing values. None finds the step,
        although dates are missing, from the commonest difference between them.""",
    "embedding": """
        {"learned", "onehot"}{embedding}, default={default}
        How token ids enter the network. {embedding_note}""",
    "embedding_dim": """
        int, default={default}
        Length of the learned vectors.""",
    "train_embedding": """
        bool, default={default}
        Train the vectors of tokens. False leaves all of them as they are at the beginning, given
        ones and those that are drawn at random.""",
    "pooling": """
        {"last", "mean", "max", "mean_max"}, default={default}
        What is passed on of the last recurrent layer: its output after the last time step, or
        the mean, the largest value or both over the time steps.""",
}


def share_parameters(
    described: dict[str, str] | None = None, **words: str
) -> Callable[[AnyClass], AnyClass]:
    """Fill the ``{parameters}`` mark in a class's docstring with what the class shares.

    What the docstring describes itself, before or after the mark, is left out.

    Parameters
    ----------
    described : dict of str, default=None
        Descriptions, in place of the shared ones, by the name of the parameter.
    **words : str
        What differs between the classes, by the name of its mark.
    """
    descriptions = _PARAMETERS | (described or {})

    def fill(cls: AnyClass) -> AnyClass:
        doc, filled = str(cls.__doc__), []
        for name, parameter in signature(cls).parameters.items():
            if name in descriptions and f"\n    {name} : " not in doc:
                kind, *text = cleandoc(descriptions[name]).splitlines()
                for mark, value in {**words, "default": repr(parameter.default)}.items():
                    kind = kind.replace(f"{{{mark}}}", value)
                    text = [line.replace(f"{{{mark}}}", value) for line in text]
                filled.append(f"{name} : {kind}\n" + indent("\n".join(text), "    "))
        shared = indent("\n\n".join(filled), "    ").lstrip()
        cls.__doc__ = doc.replace("{parameters}", shared)
        return cls

    return fill


def share_plot_parameters(cls):
    """Fill the ``{parameters}`` mark in what makes a display with what others say of its words.

    They are the class itself and its ``plot``. The docstring itself describes the words before.
    """
    known = _read_parameters(cls) | _read_parameters(cls.plot)
    for maker in vars(cls).values():
        if isinstance(maker, classmethod):
            text = getdoc(maker.__func__)
            own = _read_parameters(maker.__func__)
            names = [name for name in signature(maker.__func__).parameters if name not in own]
            shared = "\n".join(known[name] for name in names if name in known)
            maker.__func__.__doc__ = text.replace("{parameters}", shared)
    return cls


def _read_parameters(documented):
    """Read the lines of a docstring that describe each parameter, by name."""
    section = getdoc(documented).partition("Parameters\n----------\n")[2].split("\n\n")[0]
    return {entry.partition(" : ")[0]: entry for entry in re.split(r"\n(?=\S)", section)}
