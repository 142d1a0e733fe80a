"""A year of airline passengers ahead, three times over, with an LSTM of skrnn."""

from sklearn.metrics import mean_absolute_error

from skrnn import RNNForecaster
from skrnn.datasets import load_airline

passengers = load_airline().data
train, test = passengers[:108], passengers[108:]

forecaster = RNNForecaster(horizon=12, random_state=0).fit(train)

forecasts = forecaster.predict(test)[::12]  # a row of 12 each month; one a year
years = test.to_numpy().reshape(3, 12)
print(f"mean absolute error: {mean_absolute_error(years, forecasts):.1f}")

coming = forecaster.update(test).forecast()
print(f"the next year begins with {coming.iloc[0]:.1f} thousand")
