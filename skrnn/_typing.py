"""The types that annotations share."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

FilePath = str | PathLike[str]
Widths = int | Sequence[int]
Seed = int | np.random.RandomState | None
Labels = Hashable | Sequence[Hashable]
Seasons = int | ArrayLike | Literal["auto"] | None
Metrics = str | Callable[..., Any] | Sequence[Any] | None
Style = Mapping[str, Any] | None  # of what matplotlib draws
ClassWeight = Mapping[Any, float] | Sequence[Mapping[Any, float]] | Literal["balanced"] | None

# What is a union by nature, which a user would have to take apart at every use.
Table = Any  # an array, or what is made of the table that was given: of pandas or polars
Dataset = Any  # a Bunch, or with return_X_y=True a tuple

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
AnyClass = TypeVar("AnyClass", bound=type)


class Regressor(Protocol):
    """What learns numbers from rows."""

    def fit(self, X: Any, y: Any, /) -> Any:
        """Learn."""

    def predict(self, X: Any, /) -> Any:
        """Predict."""


class Transformer(Protocol):
    """What makes something else of rows."""

    def fit(self, X: Any, /) -> Any:
        """Learn."""

    def transform(self, X: Any, /) -> Any:
        """Transform."""


def keep_type(decorator: Any) -> Callable[[AnyFunction], AnyFunction]:
    """Have a decorator of scikit-learn, which has no types, leave a function its own."""
    return decorator
