"""random.json: Threefry-2x32 as JAX defines it (jax_threefry_partitionable), written again in numpy, and what the library
derives from it. Long results are compared by the SHA-256 of their little-endian bytes. `normal` repeats AS 241 with the same
order of operations, so that its bits must agree; `quantile` is mpmath's inverse of the normal distribution function.
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


def log(x):
    """fdlibm e_log.c on one normal float64."""
    m, k = math.frexp(x)
    m, k = m * 2, k - 1
    # The high word at or above that of sqrt(2) goes to the next power of two.
    if np.float64(m).view(np.uint64) >> np.uint64(32) >= 0x3FF6A09E:
        m, k = m / 2, k + 1
    f = m - 1
    s = f / (2 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
    half = 0.5 * f * f
    return s * (half + (odd + even)) + k * 1.90821492927058770002e-10 - half + f + k * 6.93147180369123816490e-01


AS241 = [
    [float(c) for c in line.split()]
    for line in """
3.3871328727963666080e0 1.3314166789178437745e2 1.9715909503065514427e3 1.3731693765509461125e4 4.5921953931549871457e4 6.7265770927008700853e4 3.3430575583588128105e4 2.5090809287301226727e3
1 4.2313330701600911252e1 6.8718700749205790830e2 5.3941960214247511077e3 2.1213794301586595867e4 3.9307895800092710610e4 2.8729085735721942674e4 5.2264952788528545610e3
1.42343711074968357734e0 4.63033784615654529590e0 5.76949722146069140550e0 3.64784832476320460504e0 1.27045825245236838258e0 2.41780725177450611770e-1 2.27238449892691845833e-2 7.74545014278341407640e-4
1 2.05319162663775882187e0 1.67638483018380384940e0 6.89767334985100004550e-1 1.48103976427480074590e-1 1.51986665636164571966e-2 5.47593808499534494600e-4 1.05075007164441684324e-9
6.65790464350110377720e0 5.46378491116411436990e0 1.78482653991729133580e0 2.96560571828504891230e-1 2.65321895265761230930e-2 1.24266094738807843860e-3 2.71155556874348757815e-5 2.01033439929228813265e-7
1 5.99832206555887937690e-1 1.36929880922735805310e-1 1.48753612908506148525e-2 7.86869131145613259100e-4 1.84631831751005468180e-5 1.42151175831644588870e-7 2.04426310338993978564e-15
""".strip().splitlines()
]


def horner(c, x):
    value = c[7]
    for k in range(6, -1, -1):
        value = value * x + c[k]
    return value


def as241(p):
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * (horner(AS241[0], r) / horner(AS241[1], r))
    distance = math.sqrt(-log(p if q < 0 else 1 - p))
    tail, x = (2, distance - 1.6) if distance <= 5 else (4, distance - 5)
    z = horner(AS241[tail], x) / horner(AS241[tail + 1], x)
    return -z if q < 0 else z


def normal(key, n):
    return np.array([as241(float(u) + 2.0**-53) for u in uniform(key, n)])


def quantile(p):
    """Halley's iteration on the distribution function, in the lower tail."""
    mp.mp.prec = 160
    exact = mp.mpf(p)
    lower = exact < 0.5
    tail = exact if lower else 1 - exact
    z = mp.mpf(-abs(as241(p)))
    for _ in range(4):
        step = (mp.erfc(-z / mp.sqrt(2)) / 2 - tail) / (mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi))
        z -= step / (1 + z * step / 2)
    return float(z if lower else -z)


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
            "normal": {"first": normal(key, 4).tolist(), "sha256": sha(normal(key, 4096).astype("<f8"))},
        }
        for key in KEYS
    ],
    "quantile": [[p, quantile(p)] for p in quantile_points()],
}
with open(os.path.join(os.path.dirname(__file__), "random.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
