"""Serve reviews.skops: uvicorn serve_texts:app."""

from fastapi import FastAPI

import skrnn

model = skrnn.load("reviews.skops")
skrnn.warm_up(model, ["a text as long as most", "another one"], n_threads=8)
app = FastAPI()


@app.post("/predict")
def predict(texts: list[str]) -> list[dict]:
    """Give the label of each text, and how likely it is."""
    if not texts:
        return []
    labels, likely = model.predict(texts).tolist(), model.predict_proba(texts).max(axis=1).tolist()
    return [
        {"label": label, "probability": probability}
        for label, probability in zip(labels, likely, strict=True)
    ]
