"""Learners, cross-validated by scene, and intervals by bootstrap over scenes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import GroupKFold

from schemas.keys import rng_for
from transforms.texts.words import is_unspaced, words_of

FOLDS, RESAMPLES = 5, 300
NAMED = 5
"""Statistics that are named as the cause of a missed goal."""
Metric = Callable[[np.ndarray, np.ndarray], float]
Fit = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""(training inputs, training answers, test inputs) -> predictions."""


@dataclass(frozen=True)
class Figure:
    """A cross-validated figure. Attributes: value, its 95 % interval, examples, scenes."""

    value: float
    low: float
    high: float
    examples: int
    scenes: int


def balanced_accuracy(answers: np.ndarray, scores: np.ndarray) -> float:
    """Return balanced accuracy of probabilities at 0.5."""
    return float(balanced_accuracy_score(answers, scores > 0.5))


def area_under_curve(answers: np.ndarray, scores: np.ndarray) -> float:
    """Return the area under the receiver operating curve."""
    return float(roc_auc_score(answers, scores))


def r_squared(answers: np.ndarray, values: np.ndarray) -> float:
    """Return the share of the variance that is explained; below 0 where the mean would be better."""
    return float(r2_score(answers, values))


def trees(inputs: np.ndarray, answers: np.ndarray, tests: np.ndarray) -> np.ndarray:
    """Fit boosted trees of equal class weights; return the probability of class 1."""
    model = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.08, class_weight="balanced", random_state=0)
    return np.asarray(model.fit(inputs, answers).predict_proba(tests)[:, 1])


def tree_values(inputs: np.ndarray, answers: np.ndarray, tests: np.ndarray) -> np.ndarray:
    """Fit boosted trees to a number."""
    model = HistGradientBoostingRegressor(max_iter=120, learning_rate=0.08, random_state=0)
    return np.asarray(model.fit(inputs, answers).predict(tests))


def tokens(text: str) -> list[str]:
    """Return the words of a text but for single letters, which count in scripts without spaces alone."""
    return [word for word in words_of(text) if len(word) > 1 or is_unspaced(word)]


def words(inputs: np.ndarray, answers: np.ndarray, tests: np.ndarray) -> np.ndarray:
    """Fit a logistic regression on sequences of one to three words of any script; return the probability of class 1."""
    bag = TfidfVectorizer(
        tokenizer=tokens, token_pattern=None, ngram_range=(1, 3), min_df=3, max_features=20000, sublinear_tf=True
    )
    seen = bag.fit_transform(inputs)
    model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=400)
    return np.asarray(model.fit(seen, answers).predict_proba(bag.transform(tests))[:, 1])


def cross_validated(inputs: np.ndarray, answers: np.ndarray, scenes: Sequence[str], fit: Fit) -> np.ndarray:
    """Return a prediction for each example, by a model that saw none of its scene; nan where there is none.

    Args:
        inputs: [N, F] or [N] texts.
        answers: [N].
        scenes: of each; no scene is in two folds.
        fit: the learner.
    """
    found = np.full(len(answers), np.nan)
    folds = min(FOLDS, len(set(scenes)))
    if folds < 2:
        return found
    for seen, unseen in GroupKFold(folds).split(inputs, answers, np.array(scenes)):
        if len(set(answers[seen].tolist())) > 1:
            found[unseen] = fit(inputs[seen], answers[seen], inputs[unseen])
    return found


def figure(answers: np.ndarray, predicted: np.ndarray, scenes: Sequence[str], metric: Metric) -> Figure:
    """Return a metric of cross-validated predictions and its interval over scenes, drawn whole with replacement."""
    known = ~np.isnan(predicted)
    answers, predicted, names = answers[known], predicted[known], np.array(scenes)[known]
    unique = np.unique(names)
    if len(unique) < 2 or len(set(answers.tolist())) < 2:
        return Figure(float("nan"), float("nan"), float("nan"), len(answers), len(unique))
    members = {name: np.flatnonzero(names == name) for name in unique}
    rng = rng_for("probe", len(answers))
    values = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([members[name] for name in rng.choice(unique, len(unique))])
        if len(set(answers[drawn].tolist())) > 1:
            values.append(metric(answers[drawn], predicted[drawn]))
    low, high = np.percentile(values, [2.5, 97.5])
    return Figure(metric(answers, predicted), float(low), float(high), len(answers), len(unique))


def causes(inputs: np.ndarray, answers: np.ndarray, scenes: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the names of the inputs that carry what boosted trees found, by permutation on unseen scenes."""
    if len(set(scenes)) < 2:
        return []
    seen, unseen = next(iter(GroupKFold(min(FOLDS, len(set(scenes)))).split(inputs, answers, np.array(scenes))))
    model = HistGradientBoostingClassifier(max_iter=80, class_weight="balanced", random_state=0)
    model.fit(inputs[seen], answers[seen])
    found = permutation_importance(
        model, inputs[unseen], answers[unseen], scoring="balanced_accuracy", n_repeats=3, random_state=0
    )
    return [names[i] for i in np.argsort(-found.importances_mean)[:NAMED] if found.importances_mean[i] > 0]
