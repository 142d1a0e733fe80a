"""A year of airline passengers ahead, by an LSTM of darts."""

from darts import TimeSeries, concatenate
from darts.dataprocessing.transformers import Scaler
from darts.metrics import mae
from darts.models import BlockRNNModel
from sklearn.preprocessing import StandardScaler
from skrnn.datasets import load_airline

passengers = TimeSeries.from_series(load_airline().data.astype("float32"))

scaler = Scaler(StandardScaler()).fit(passengers[:108])
scaled = scaler.transform(passengers)
model = BlockRNNModel(
    input_chunk_length=12,
    output_chunk_length=12,
    model="LSTM",
    hidden_dim=32,
    n_epochs=100,
    batch_size=32,
    optimizer_kwargs={"lr": 0.01},
    random_state=0,
    pl_trainer_kwargs={
        "accelerator": "cpu",
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "logger": False,
    },
)
model.fit(scaled[:108])

years = model.historical_forecasts(
    scaled,
    start=108,
    start_format="position",
    forecast_horizon=12,
    stride=12,
    retrain=False,
    last_points_only=False,
)
forecasts = scaler.inverse_transform(concatenate(years))
print(f"mean absolute error: {mae(passengers, forecasts):.1f}")

coming = scaler.inverse_transform(model.predict(12, series=scaled))
print(f"the next year begins with {coming.first_value():.1f} thousand")
