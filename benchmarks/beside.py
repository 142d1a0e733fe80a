"""Whether libraries install beside skrnn, and train in the same process.

Usage: python -m benchmarks.beside [--together] [--keep FOLDER] [LIBRARY...]

Each gets a new virtual environment, into which pip puts this checkout and the library, in one
command, in the newest versions that go together; there both train a small model in one process,
and a row of versions is printed. ``--together`` puts all of them into one environment.
Environments lie in FOLDER, and are used again where they are there; else they are thrown away.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = (ROOT / "benchmarks" / "requirements.txt").read_text().split()
# What pip is asked for. PyTorch is put in before, or pip would take a build for GPUs.
PACKAGES = {
    "scikeras": ["scikeras"],
    "skorch": ["skorch"],
    "skforecast": ["skforecast[deeplearning]"],
    "darts": ["darts[torch]"],
    "neuralforecast": ["neuralforecast"],
    "sktime": ["sktime", "neuralforecast"],
}
ON_TORCH = {"skorch", "darts", "neuralforecast", "sktime"}
SHOWN = ["scikit-learn", "pandas", "numpy", "keras", "tensorflow"]
QUIET = {"accelerator": "cpu", "enable_progress_bar": False, "logger": False}


def install(names, folder):
    """Put skrnn and libraries into a virtual environment, and give its Python."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--no-compile"]
        if ON_TORCH.intersection(names):
            torch = next(line for line in REQUIREMENTS if line.startswith("torch=="))
            subprocess.run([*pip, torch], check=True)
        packages = [package for name in names for package in PACKAGES[name]]
        subprocess.run([*pip, ROOT, *packages], check=True)
        subprocess.run([python, "-m", "pip", "check"], check=True, stdout=sys.stderr)
    return python


def try_out(names):
    """Train skrnn and the libraries in this process, and print a row of versions."""
    from skrnn import RNNForecaster
    from skrnn.datasets import load_airline

    passengers = load_airline().data
    trainings = {"skrnn": lambda series: RNNForecaster(random_state=0).fit(series).forecast(12)}
    trainings |= {name: globals()[f"train_{name}"] for name in names}
    for name, train in trainings.items():
        with contextlib.redirect_stdout(sys.stderr):
            forecasts = train(passengers)
        if len(forecasts) != 12:
            raise ValueError(f"{name} gave {len(forecasts)} forecasts, not 12.")
    for name in names:
        versions = " | ".join(map(version, SHOWN))
        print(f"| {name} {version(name)} | {versions} | OK |", flush=True)


def train_scikeras(passengers):
    import keras
    from scikeras.wrappers import KerasRegressor

    def build():
        return keras.Sequential(
            [keras.Input((12, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)]
        )

    X, y = cut(passengers)
    return KerasRegressor(build, loss="mse", epochs=2, verbose=0).fit(X, y).predict(X[-12:])


def train_skorch(passengers):
    import torch
    from skorch import NeuralNetRegressor

    class LSTM(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(1, 4, batch_first=True)
            self.dense = torch.nn.Linear(4, 1)

        def forward(self, X):
            return self.dense(self.lstm(X)[0][:, -1])

    X, y = cut(passengers)
    net = NeuralNetRegressor(LSTM, max_epochs=2, train_split=None, verbose=0)
    return net.fit(X, y).predict(X[-12:])


def train_skforecast(passengers):
    from skforecast.deep_learning import ForecasterRnn, create_and_compile_model

    table = passengers.to_frame("y")
    model = create_and_compile_model(table, lags=12, steps=12, levels="y")
    options = {"epochs": 2, "verbose": 0}
    forecaster = ForecasterRnn(model, levels="y", lags=12, fit_kwargs=options)
    forecaster.fit(table)
    return forecaster.predict()


def train_darts(passengers):
    from darts import TimeSeries
    from darts.models import BlockRNNModel

    model = BlockRNNModel(12, 12, hidden_dim=4, n_epochs=2, pl_trainer_kwargs=QUIET)
    return model.fit(TimeSeries.from_series(passengers.astype("float32"))).predict(12)


def train_neuralforecast(passengers):
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    table = passengers.rename("y").rename_axis("ds").reset_index().assign(unique_id=0)
    model = LSTM(12, input_size=24, max_steps=2, enable_model_summary=False, **QUIET)
    forecaster = NeuralForecast([model], freq="MS")
    forecaster.fit(table)
    return forecaster.predict()


def train_sktime(passengers):
    from sktime.forecasting.neuralforecast import NeuralForecastLSTM

    forecaster = NeuralForecastLSTM("MS", input_size=24, max_steps=2, trainer_kwargs=QUIET)
    return forecaster.fit(passengers, fh=range(1, 13)).predict()


def cut(passengers):
    """Cut windows of a year, and the months after them, in thousands of thousands."""
    from skrnn import WindowTransformer

    X, y = WindowTransformer(window=12).fit(passengers).make_pairs(passengers.to_numpy() / 1000)
    return X[..., None].astype("float32"), y.astype("float32")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("libraries", nargs="*", metavar="LIBRARY", help=", ".join(PACKAGES))
    parser.add_argument("--together", action="store_true", help="in one environment")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where environments stay")
    parser.add_argument("--try-out", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = options.libraries or [*PACKAGES]
    if options.try_out:
        return try_out(names)
    print(f"| library | {' | '.join(SHOWN)} | |\n|{'---|' * (len(SHOWN) + 2)}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for group in [names] if options.together else [[name] for name in names]:
            python = install(group, (options.keep or Path(scratch)).resolve() / "-".join(group))
            # -P: the package that pip has installed, not the folder beside this file.
            command = [python, "-P", __file__, "--try-out", *group]
            subprocess.run(command, check=True, cwd=scratch)


if __name__ == "__main__":
    main()
