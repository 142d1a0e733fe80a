"""A year of airline passengers ahead, by an LSTM of skrnn."""

from sklearn.metrics import mean_absolute_error
from skrnn import RNNForecaster, SeriesSplit, backtest
from skrnn.datasets import load_airline

passengers = load_airline().data
table = (
    passengers.rename("y")
    .rename_axis("ds")
    .reset_index()
    .assign(unique_id="airline")
)

forecaster = RNNForecaster(
    series="unique_id", time="ds", target="y", horizon=12, random_state=0
)
forecasts = backtest(
    forecaster, table, cv=SeriesSplit(3, test_size=12), refit=False
)
# Of each fold, what was forecast before its first month.
first = forecasts.groupby("fold")["origin"].transform("min")
years = forecasts[forecasts["origin"] == first]
error = mean_absolute_error(years["truth"], years["forecast"])
print(f"mean absolute error: {error:.1f}")

coming = forecaster.fit(table).forecast()["y"].iloc[0]
print(f"the next year begins with {coming:.1f} thousand")
