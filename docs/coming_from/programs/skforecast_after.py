"""A year of airline passengers ahead, by an LSTM of skrnn."""

from sklearn.metrics import mean_absolute_error
from skrnn import RNNForecaster
from skrnn.datasets import load_airline

passengers = load_airline().data
train, test = passengers[:108], passengers[108:]
years = test.to_numpy().reshape(3, 12)

same_network = RNNForecaster(
    window=12,
    horizon=12,
    strategy="direct",
    cell="lstm",
    units=32,
    scaling="standard",
    loss="mse",
    seasonality=None,
    linear=False,
    learning_rate=0.01,
    learning_rate_schedule=None,
    epochs=100,
    batch_size=32,
    random_state=0,
)
as_it_comes = RNNForecaster(horizon=12, random_state=0)

forecasters = {"the same network": same_network, "as it comes": as_it_comes}
for name, forecaster in forecasters.items():
    # A row of twelve forecasts for each month: take those of January.
    forecasts = forecaster.fit(train).predict(test)[::12]
    error = mean_absolute_error(years, forecasts)
    print(f"mean absolute error, {name}: {error:.1f}")

coming = as_it_comes.update(test).forecast().iloc[0]
print(f"the next year begins with {coming:.1f} thousand")
