"""Writes metrics.json: reference values from scipy and from the prdc package (Naeem et al.'s own).

Needs numpy, scipy, statsmodels and prdc (tried with 0.2):  python test/golden/metrics/make.py
The features come from a formula that the test repeats: row i, column j is
sin(1.7 i + 0.3 i j + j) + offset, and cos(...) * scale + offset for the second set.
"""

import json
import pathlib

import numpy as np
import scipy.linalg
from prdc import compute_prdc
from statsmodels.stats.proportion import proportion_confint

D = 6


def features(n, scale, offset):
    i, j = np.meshgrid(np.arange(n), np.arange(D), indexing="ij")
    return (scale * np.sin(1.7 * i + 0.3 * i * j + j) + offset * (j % 2)).astype(np.float32)


def frechet(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    mean = a.mean(0) - b.mean(0)
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(first @ second).real
    return float(mean @ mean + np.trace(first + second - 2 * root))


real, fake = features(80, 1.0, 0.0), features(60, 0.8, 0.4)
cases = {
    "frechet": frechet(real, fake),
    "prdc": {k: {n: float(v) for n, v in compute_prdc(real, fake, nearest_k=k).items()} for k in (3, 5)},
    "wilson": [[right, n, *map(float, proportion_confint(right, n, method="wilson"))]
               for right, n in ((0, 10), (5, 10), (99, 100), (500, 500), (4946, 5000))],
}
path = pathlib.Path(__file__).with_name("metrics.json")
path.write_text(json.dumps(cases, indent=2) + "\n")
