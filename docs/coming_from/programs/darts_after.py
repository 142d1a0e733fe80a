"""A year of airline passengers ahead, by an LSTM of skrnn."""

from sklearn.metrics import mean_absolute_error
from skrnn import RNNForecaster
from skrnn.datasets import load_airline

passengers = load_airline().data
train, test = passengers[:108], passengers[108:]

forecaster = RNNForecaster(horizon=12, random_state=0).fit(train)

# A row of twelve forecasts for each month: take those of January.
forecasts = forecaster.predict(test)[::12]
years = test.to_numpy().reshape(3, 12)
error = mean_absolute_error(years, forecasts)
print(f"mean absolute error: {error:.1f}")

coming = forecaster.update(test).forecast().iloc[0]
print(f"the next year begins with {coming:.1f} thousand")
