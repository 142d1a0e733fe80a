"""Draws the picture of the README: ``python docs/images/draw.py``."""

from pathlib import Path

import matplotlib.pyplot as plt

from skrnn import ForecastDisplay, RNNForecaster, RNNTextClassifier, TokenWeightDisplay
from skrnn.datasets import load_airline, make_reviews

TEXT = "The acting was superb, but the plot was dull."

_, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained", width_ratios=(3, 2))

passengers = load_airline().data
forecaster = RNNForecaster(horizon=24, random_state=0).fit(passengers[:-24])
ForecastDisplay.from_predictions(
    passengers[-24:],
    forecaster.forecast(),
    y_interval=forecaster.forecast_interval(coverage=0.9),
    history=passengers[-84:-24],
    ax=left,
)
left.set_title("RNNForecaster: two years not seen, with 90 % intervals")

reviews = make_reviews(3000, max_remarks=0, random_state=0)
classifier = RNNTextClassifier(units=32, embedding_dim=32, learning_rate=0.005, random_state=0)
classifier.fit(reviews.data, [reviews.target_names[label] for label in reviews.target])
TokenWeightDisplay.from_estimator(classifier, TEXT, ax=right)
right.set_title("RNNTextClassifier: what each word added")

right.figure.savefig(Path(__file__).with_name("readme.png"), dpi=110)
