"""Tells scikit-learn's callbacks, and where ``verbose`` is set the screen, how far a fit is."""

import time
from contextlib import contextmanager, nullcontext
from functools import wraps

from ._compat import with_callbacks


class FitReporter:
    """Reports the stages and epochs of one fit as the subtasks of a callback context.

    Parameters
    ----------
    estimator : estimator
        With ``_init_callback_context``, from scikit-learn's ``CallbackSupportMixin``.
    draft : estimator
        The copy of it that learns, with ``epochs``, ``n_networks`` if it trains several, and
        ``_make_state(history, weights)``: the fitted attributes of an estimator that had stopped
        there.
    n_stages : int or None
        How many stages the fit has, at most. None has no stages but epochs, so many as the words
        of the draft say.
    **data : dict
        ``X``, ``y`` and ``metadata``, passed on to the callbacks.
    """

    def __init__(self, estimator, draft, n_stages, **data):
        self._estimator, self._draft, self._data = estimator, draft, data
        self._has_stages, self._start = n_stages is not None, time.perf_counter()
        n_tasks = n_stages if self._has_stages else draft.epochs * draft.n_networks
        self._fit = estimator._init_callback_context(max_subtasks=n_tasks)
        self._task, self._is_trial = self._begin(self._fit), False

    @contextmanager
    def stage(self, name, n_epochs=0, is_trial=False):
        """Tell of a stage of the fit while it lasts, where the fit has stages.

        Parameters
        ----------
        name : str
        n_epochs : int
            How many epochs it has at most; 0 for a stage without training.
        is_trial : bool
            Whether what is trained is not what the estimator will hold.
        """
        if not self._has_stages:
            yield
            return
        self._print(f"{name}, {n_epochs} epochs" if n_epochs else name)
        task = self._fit.subcontext(task_name=name, max_subtasks=n_epochs)
        self._task, self._is_trial = self._begin(task), is_trial
        yield
        self._end(task)
        self._task, self._is_trial = self._fit, False

    def begin_epoch(self):
        """Tell that an epoch begins."""
        name = "trial epoch" if self._is_trial else "epoch"
        self._epoch = self._begin(self._task.subcontext(task_name=name))

    def end_epoch(self, history, get_weights):
        """Tell that an epoch has ended, and hear whether to stop.

        Parameters
        ----------
        history : dict of list
            What was recorded of this fit until here.
        get_weights : callable
            Gives the weights, if a callback asks for an estimator that had stopped here.

        Returns
        -------
        bool
        """

        def make_state():
            return vars(self._draft) | self._draft._make_state(history, get_weights())

        return self._end(self._epoch, None if self._is_trial else make_state)

    def end(self):
        """Tell that the fit has ended."""
        if self._has_stages:
            self._print("done")
        self._end(self._fit, {})

    def _begin(self, task):
        task.call_on_fit_task_begin(estimator=self._estimator, **self._data)
        return task

    def _end(self, task, state=None):
        return task.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=state, **self._data
        )

    def _print(self, what):
        if getattr(self._draft, "verbose", 0):
            seconds = time.perf_counter() - self._start
            print(f"[{type(self._draft).__name__}] {seconds:.1f} s: {what}", flush=True)


def in_stage(reporter, name, n_epochs=0, is_trial=False):
    """Give a context in which a stage is reported, where there is a reporter."""
    return nullcontext() if reporter is None else reporter.stage(name, n_epochs, is_trial)


def report_fit(fit):
    """Have a method of a transformer that learns from X tell of its beginning and its end."""

    @with_callbacks
    @wraps(fit)
    def tell(self, X, y=None):
        task = self._init_callback_context()
        task.call_on_fit_task_begin(estimator=self, X=X, y=y)
        answer = fit(self, X, y)
        task.call_on_fit_task_end(estimator=self, X=X, y=y, reconstruction_attributes={})
        return answer

    return tell
