"""Learn from sales.csv, with the columns store, date and sales, and keep the model."""

import pandas as pd
from sklearn.metrics import mean_absolute_error

import skrnn

HORIZON = 14
COLUMNS = {"series": "store", "time": "date", "target": "sales", "horizon": HORIZON}
WORDS = COLUMNS | {"calendar": "auto", "output": "positive"}  # sales are never below 0

table = pd.read_csv("sales.csv", parse_dates=["date"], dtype={"store": str})
first = table["date"].max() - pd.Timedelta(days=HORIZON - 1)
past, held_out = table[table["date"] < first], table[table["date"] >= first]

for forecaster in (
    skrnn.RNNForecaster(**WORDS, random_state=0),
    skrnn.NaiveForecaster("seasonal", season=7, **COLUMNS),
):
    forecasts = forecaster.fit(past).forecast()
    both = held_out.merge(forecasts, on=["store", "date"], suffixes=("", "_forecast"))
    error = mean_absolute_error(both["sales"], both["sales_forecast"])
    print(f"{type(forecaster).__name__}: off by {error:.1f} on average")

final = skrnn.RNNForecaster(**WORDS, random_state=0).fit(table)
coming = final.forecast().merge(final.forecast_interval(coverage=0.9), on=["store", "date"])
coming.to_csv("forecast.csv", index=False)
skrnn.save(final, "sales.skops")
