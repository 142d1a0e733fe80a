"""Serve sales.skops: uvicorn serve_series:app."""

from fastapi import FastAPI, HTTPException

import skrnn

model = skrnn.load("sales.skops")
forecasts = model.forecast().merge(model.forecast_interval(coverage=0.9), on=["store", "date"])
by_store = dict(tuple(forecasts.groupby("store")))
app = FastAPI()


@app.get("/forecast/{store:path}")
def forecast(store: str) -> list[dict]:
    """Give the coming days of a store, with bounds that nine in ten of them keep to."""
    if store not in by_store:
        raise HTTPException(404, f"There is no store {store!r}.")
    return by_store[store].assign(date=lambda rows: rows["date"].astype(str)).to_dict("records")
