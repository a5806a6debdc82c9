"""theory-modes.json: closed forms of mode dynamics by mpmath with 60 digits, at arguments that are exact float64.

Times are formed from the textbook antiderivatives, sizes by solving for them at the rounded time: neither uses the forms of the library.
Run: python3 test/golden/make_modes.py
"""
import json
import os

import mpmath as mp

mp.mp.dps = 60


def phi(a, s, p):
    return a ** (1 - p) / (s * (1 - p)) * mp.hyp2f1(1, 1 - p, 2 - p, a / s)


def balanced_time(s, a0, a, depth):
    s, a0, a = mp.mpf(s), mp.mpf(a0), mp.mpf(a)
    p = 2 - mp.mpf(2) / depth
    if s == 0:
        return (a ** (-p) - a0 ** (-p)) / (depth * p)
    if depth == 2:
        return mp.log(a * (s - a0) / (a0 * (s - a))) / (2 * s)
    if a0 < s:
        return (phi(a, s, p) - phi(a0, s, p)) / depth
    # Above the target in v = s / a: the antiderivative v^p / p 2F1(1, p; 1 + p; v).
    up = lambda x: (s / x) ** p / p * mp.hyp2f1(1, p, 1 + p, s / x)
    return (up(a) - up(a0)) / (depth * s ** p)


def balanced_size(s, a0, t, depth):
    """Bisection in the logit (in ln a for s = 0) to 40 digits."""
    s, a0 = mp.mpf(s), mp.mpf(a0)
    if s == 0:
        p = 2 - mp.mpf(2) / depth
        return a0 * (1 + depth * p * t * a0 ** p) ** (-1 / p)
    if a0 < s:
        size = lambda u: s / (1 + mp.exp(-u))
        low = mp.log(a0 / (s - a0))
    else:
        size = lambda u: -s / mp.expm1(-u)
        low = mp.log(a0 / (a0 - s))
    high = low + 2 * depth * s ** (2 - mp.mpf(2) / depth) * t * max(1, (a0 / s)) + 1
    for _ in range(150):
        middle = (low + high) / 2
        if size(middle) == s or balanced_time(s, a0, size(middle), depth) > t:
            high = middle
        else:
            low = middle
    return size(low)


def mixed_q(a, s, c):
    big = mp.sqrt(s * s + c * c)
    y = (a + mp.sqrt(a * a + c * c)) / c
    return ((s + big) / c - y) / (y - (s - big) / c)


def mixed_size(s, a0, c, t):
    with mp.workdps(400):  # y+ - y cancels all but what is left of the way
        return mixed_size_exact(s, a0, c, t)


def mixed_size_exact(s, a0, c, t):
    s, a0, c = mp.mpf(s), mp.mpf(a0), mp.mpf(c)
    big = mp.sqrt(s * s + c * c)
    q = mixed_q(a0, s, c) * mp.exp(-2 * big * t)
    y = ((s + big) / c + q * (s - big) / c) / (1 + q)
    return c / 2 * (y - 1 / y)


def mixed_time(s, a0, a, c):
    s, a0, a, c = (mp.mpf(x) for x in (s, a0, a, c))
    return mp.log(mixed_q(a0, s, c) / mixed_q(a, s, c)) / (2 * mp.sqrt(s * s + c * c))


golden = {"made": "mpmath, 60 digits, by make_modes.py"}
golden["balancedTime"] = [
    {"s": s, "from": a0, "to": a, "depth": depth, "t": float(balanced_time(s, a0, a, depth))}
    for depth in (2, 3, 4, 5, 8, 50)
    for s, a0, a in [
        (1.0, 1e-3, 0.5), (2.0, 1e-3, 1.9), (0.3, 1e-8, 1e-4), (3.0, 1e-2, 3.0 - 2**-40), (1.0, 0.25, 0.25 + 2**-30),
        (1.0, 0.5, 0.75), (1.0, 0.999, 0.9995), (5.0, 1e-100 if depth < 5 else 1e-20, 2.5), (1.0, 3.0, 1.5),
        (1.0, 3.0, 3.0 - 2**-30), (2.0, 1e4, 2.125), (1.0, 1e6, 1e5), (1e-3, 1.0, 0.5), (0.0, 1.0, 0.125), (0.0, 1.0, 1 - 2**-30),
    ]
]
golden["balancedSize"] = []
for depth in (2, 3, 4, 7):
    for s, a0 in [(1.0, 1e-3), (2.0, 1e-6), (0.5, 0.499), (1.0, 2.0), (0.25, 1e3), (0.0, 0.75)]:
        escape = float(balanced_time(s, a0, s / 2, depth)) if 0 < a0 < s / 2 else 1.0
        for factor in (1e-9, 0.1, 0.75, 1.0, 1.5, 4.0):
            t = factor * escape
            golden["balancedSize"].append({"s": s, "a0": a0, "depth": depth, "t": t, "a": float(balanced_size(s, a0, mp.mpf(t), depth))})
golden["gidel"] = []
for sig, lam, delta in [(1.0, 1.0, 1.0), (2.0, 4.0, 4.0), (0.5, 0.1, 8.0), (3.0, 2.0, 300.0)]:
    start = float(mp.exp(-2 * mp.mpf(delta)))
    for t in (0.0, 1e-3, 0.5, 2.0, 100.0, 1e4):
        x = mp.mpf(start)
        e = mp.exp(2 * mp.mpf(sig) * mp.mpf(t)) * x
        w = mp.mpf(sig) * e / (mp.mpf(lam) * (e - x) + mp.mpf(sig))
        golden["gidel"].append({"sig": sig, "lam": lam, "start": start, "t": t, "w": float(w)})
golden["mixedSize"] = [
    {"s": s, "a0": a0, "c": c, "t": t, "a": float(mixed_size(s, a0, c, mp.mpf(t)))}
    for s in (3.0, 0.5, 1e-3, -2.0, 0.0)
    for a0 in (0.0, 1e-4, 0.4, 7.0, -1.5)
    for c in (1e-8, 1e-3, 0.5, 30.0, 1e4)
    for t in (1e-6, 0.01, 0.3, 2.0, 40.0)
]
golden["mixedTime"] = [
    {"s": s, "from": a0, "to": a, "c": c, "t": float(mixed_time(s, a0, a, c))}
    for c in (1e-8, 1e-3, 0.5, 30.0, 1e4)
    for s, a0, a in [
        (3.0, 0.0, 1.5), (3.0, 0.0, 1e-9), (3.0, -2.0, 2.0), (3.0, 1.0, 1 + 2**-30), (3.0, 7.0, 3.25), (-2.0, 0.0, -1.0), (1.0, 0.0, 1 - 2**-30),
        (0.0, 1.0, 0.25), (1e-3, 50.0, 40.0),
    ]
]
golden["escapeOffset"] = []
for depth in (3, 4, 5, 12):
    for f in (1e-6, 0.1, 0.5, 0.9, 1 - 2**-30):
        p = 2 - mp.mpf(2) / depth
        offset = mp.mpf(f) ** (1 - p) * mp.mpf(3) ** (-p) / (depth * (1 - p)) * mp.hyp2f1(1, 1 - p, 2 - p, mp.mpf(f))
        golden["escapeOffset"].append({"f": f, "s": 3.0, "depth": depth, "c": float(offset)})
golden["expm1"] = [{"x": x, "y": float(mp.expm1(x))} for x in (-700.0, -3.5, -0.7, -0.25, -1e-3, -1e-20, 0.0, 1e-300, 1e-9, 0.1, 0.69, 0.71, 5.0)]
golden["digamma"] = [{"x": x, "y": float(mp.digamma(x))} for x in (1.0, 1.04, 1.25, 1.5, 5 / 3, 2.0, 2.5, 3.0)]
golden["series"] = [
    {"q": q, "b": b, "r": float(mp.hyp2f1(1, b, 1 + mp.mpf(b), q) / b - 1 / mp.mpf(b))}
    for b in (0.04, 0.5, 2 / 3, 1.0, 4 / 3, 1.96) for q in (1e-20, 0.1, 0.5, 0.5 + 2**-20, 0.8, 1 - 2**-20, 1 - 2**-53)
]
with open(os.path.join(os.path.dirname(__file__), "theory-modes.json"), "w") as file:
    file.write("{\n" + ",\n".join(f'"{k}": ' + (json.dumps(v) if isinstance(v, str) else "[\n" + ",\n".join(json.dumps(x) for x in v) + "\n]") for k, v in golden.items()) + "\n}\n")
