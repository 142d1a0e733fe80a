"""A year of airline passengers ahead, by an LSTM of neuralforecast."""

from neuralforecast import NeuralForecast
from neuralforecast.losses.numpy import mae
from neuralforecast.losses.pytorch import MSE
from neuralforecast.models import LSTM
from skrnn.datasets import load_airline

passengers = load_airline().data
table = (
    passengers.rename("y")
    .rename_axis("ds")
    .reset_index()
    .assign(unique_id="airline")
)

model = LSTM(
    h=12,
    input_size=12,
    encoder_n_layers=1,
    encoder_hidden_size=32,
    decoder_layers=1,
    loss=MSE(),
    learning_rate=0.01,
    max_steps=300,
    windows_batch_size=32,
    scaler_type="standard",
    random_seed=0,
    accelerator="cpu",
    enable_progress_bar=False,
    enable_model_summary=False,
    logger=False,
)
forecaster = NeuralForecast(models=[model], freq="MS")
years = forecaster.cross_validation(
    table, n_windows=3, step_size=12, refit=False
)
print(f"mean absolute error: {mae(years['y'], years['LSTM']):.1f}")

coming = forecaster.predict(table)["LSTM"]
print(f"the next year begins with {coming.iloc[0]:.1f} thousand")
