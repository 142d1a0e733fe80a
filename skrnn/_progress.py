"""Tells scikit-learn's callbacks of each epoch."""


class EpochReporter:
    """Reports the epochs of one fit as the subtasks of a callback context.

    Parameters
    ----------
    estimator : estimator
        With ``_init_callback_context``, from scikit-learn's ``CallbackSupportMixin``.
    draft : estimator
        The copy of it that learns, with ``epochs``, ``n_networks`` if it trains several, and
        ``_make_state(history, weights)``: the fitted attributes of an estimator that had stopped
        there.
    **data : dict
        ``X``, ``y`` and ``metadata``, passed on to the callbacks.
    """

    def __init__(self, estimator, draft, **data):
        self._estimator, self._draft, self._data = estimator, draft, data
        epochs = draft.epochs  # "auto" until the data are known
        n_epochs = None if epochs == "auto" else epochs * getattr(draft, "n_networks", 1)
        self._context = estimator._init_callback_context(max_subtasks=n_epochs)
        self._context.call_on_fit_task_begin(estimator=estimator, **data)

    def begin_epoch(self):
        """Tell that an epoch begins."""
        self._epoch = self._context.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(estimator=self._estimator, **self._data)

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

        return self._epoch.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes=make_state, **self._data
        )

    def end(self):
        """Tell that the fit has ended."""
        self._context.call_on_fit_task_end(
            estimator=self._estimator, reconstruction_attributes={}, **self._data
        )
