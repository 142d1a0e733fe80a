"""A year of airline passengers ahead, three times over, with an LSTM of skrnn."""

from sklearn.metrics import mean_absolute_error

from skrnn import RNNForecaster, SeriesSplit, backtest
from skrnn.datasets import load_airline

passengers = load_airline().data
table = passengers.rename("y").rename_axis("ds").reset_index().assign(unique_id="airline")

forecaster = RNNForecaster(series="unique_id", time="ds", target="y", horizon=12, random_state=0)
forecasts = backtest(forecaster, table, cv=SeriesSplit(3, test_size=12), refit=False)
is_first = forecasts["origin"] == forecasts.groupby("fold")["origin"].transform("min")
years = forecasts[is_first]  # the other rows were forecast from later months of the year
print(f"mean absolute error: {mean_absolute_error(years['truth'], years['forecast']):.1f}")

coming = forecaster.fit(table).forecast()
print(f"the next year begins with {coming['y'].iloc[0]:.1f} thousand")
