"""random.json: Threefry-2x32 as JAX defines it (jax_threefry_partitionable), written again in numpy, and what the library
derives from it. Integers and uniform numbers are compared in every bit, long results by the SHA-256 of their little-endian
bytes; `normal` and `quantile` are mpmath's inverse of the normal distribution function, rounded once.
Run: python3 test/golden/make_random.py
"""
import hashlib
import json
import math
import os

import mpmath as mp
import numpy as np

ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
MASK = 0xFFFFFFFF


def threefry(key, high, low):
    """20 rounds on arrays of counters; uint64 arithmetic masked to 32 bits."""
    high, low = np.atleast_1d(np.asarray(high, np.uint64)), np.atleast_1d(np.asarray(low, np.uint64))
    keys = [int(key[0]), int(key[1]), int(key[0]) ^ int(key[1]) ^ 0x1BD11BDA]
    a, b = (high + np.uint64(keys[0])) & np.uint64(MASK), (low + np.uint64(keys[1])) & np.uint64(MASK)
    for group in range(5):
        for r in ROTATIONS[group % 2]:
            a = (a + b) & np.uint64(MASK)
            b = ((b << np.uint64(r)) | (b >> np.uint64(32 - r))) & np.uint64(MASK)
            b = b ^ a
        a = (a + np.uint64(keys[(group + 1) % 3])) & np.uint64(MASK)
        b = (b + np.uint64(keys[(group + 2) % 3] + group + 1)) & np.uint64(MASK)
    return a, b


def blocks(key, n):
    index = np.arange(n, dtype=np.uint64)
    return threefry(key, index >> np.uint64(32), index & np.uint64(MASK))


def fold_in(key, data):
    a, b = threefry(key, data >> 32, data & MASK)
    return [int(a[0]), int(b[0])]


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def uniform(key, n):
    a, b = blocks(key, n)
    return ((a << np.uint64(20)) | (b >> np.uint64(12))).astype(np.float64) * 2.0**-52


def quantile(p):
    """Newton's iteration on the logarithm of the lower tail, which is concave: it converges from any side."""
    mp.mp.prec = 160
    exact = mp.mpf(p)
    tail = min(exact, 1 - exact)
    z = -mp.sqrt(-2 * mp.log(2 * tail))
    step = mp.inf
    while abs(step) > abs(z) * mp.mpf(2) ** -100:
        below = mp.erfc(-z / mp.sqrt(2)) / 2
        step = mp.log(below / tail) * below * mp.sqrt(2 * mp.pi) / mp.exp(-z * z / 2)
        z -= step
    return float(z if exact < 0.5 else -z)


def normal(key, n):
    return [quantile(float(u) + 2.0**-53) for u in uniform(key, n)]


def quantile_points():
    u = uniform([7, 7], 800)
    points = [float(x) for x in u[:400]]
    points += [2.0 ** (-1000 * x) for x in u[400:600]] + [1 - 2.0 ** (-52 * x) for x in u[600:750]]
    points += [0.5 + (x - 0.5) * 2.0**-30 for x in u[750:]]
    points += [2.0**-53, 1 - 2.0**-53, 0.075, 0.925, 0.0749999, math.exp(-25), math.exp(-25) * 1.0000001, 0.975]
    return [p for p in points if 0 < p < 1 and p != 0.5]


KEYS = [[0, 0], [0, 42], [0xDEADBEEF, 0x12345678], [0xFFFFFFFF, 0xFFFFFFFF]]
FOLDS = [0, 1, 7, 0xFFFFFFFF, 2**32, 2**53 - 1]
golden = {
    "made": "numpy and mpmath, by make_random.py",
    "streams": [
        {
            "key": key,
            "blocks": sha(np.stack(blocks(key, 4096), axis=1).astype("<u4")),
            "folds": [[data, fold_in(key, data)] for data in FOLDS],
            "uniform": {"first": uniform(key, 4).tolist(), "sha256": sha(uniform(key, 4096).astype("<f8"))},
            "normal": normal(key, 128),
        }
        for key in KEYS
    ],
    "quantile": [[p, quantile(p)] for p in quantile_points()],
}
with open(os.path.join(os.path.dirname(__file__), "random.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
