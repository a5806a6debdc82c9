"""elementary.json: exp, log, pow, tanh and log1p at points that cover their ranges, correctly rounded by mpmath with 200 bits.

Each function holds its arguments, `value` (the nearest float64) and `rest`, what the true value exceeds it by in units of
value's last place, so that an error of a fraction of an ulp can be measured. Run: python3 test/golden/make_elementary.py
"""
import json
import math
import os
import random

import mpmath as mp

mp.mp.prec = 200
random.seed(1)
uniform = random.uniform


def signed(x):
    return x if random.random() < 0.5 else -x


def exp_points():
    for _ in range(500):
        yield (uniform(-745.1, 709.78),)
    for _ in range(300):
        yield (uniform(-2, 2),)
    for _ in range(300):
        yield (signed(2 ** uniform(-60, 0)),)
    for _ in range(200):
        yield (uniform(-745.1, -708.4),)
    for _ in range(200):
        # Where the multiple of ln(2) / 64 changes.
        yield ((random.randint(-65000, 65000) + 0.5) * (math.log(2) / 64) * (1 + signed(2 ** uniform(-52, -30))),)
    for x in (0.0, 1.0, -1.0, 709.782712893384, -745.1332191019411, -708.3964185322641, 0.34657359027997264, 5e-324):
        yield (x,)


def log_points():
    for _ in range(500):
        yield (math.ldexp(uniform(1, 2), random.randint(-1074, 1023)),)
    for _ in range(500):
        yield (uniform(0.5, 2),)
    for _ in range(400):
        yield (1 + signed(2 ** uniform(-53, -1)),)
    for n in range(128, 257):
        # Where the short reciprocal changes.
        yield (256 / (n + 0.5) * (1 + signed(2 ** uniform(-52, -20))),)
    for x in (5e-324, 2.0**-1022, 1.0, math.nextafter(1, 0), math.nextafter(1, 2), 1.7976931348623157e308, math.sqrt(0.5)):
        yield (x,)


def pow_points():
    """Bases of any size with exponents that keep the result in range, small exponents, and bases next to 1 with huge ones."""
    done = 0
    while done < 1500:
        kind = done % 3
        x = math.ldexp(uniform(1, 2), random.randint(-1074, 1023)) if kind == 0 else uniform(0, 3)
        if kind == 2:
            x = 1 + signed(2 ** uniform(-50, -2))
        y = uniform(-10, 10) if done % 2 else uniform(-1070, 1020) / mp.log(x, 2)
        y = float(y)
        if -1060 < y * mp.log(x, 2) < 1023:
            done += 1
            yield (x, y)
    for _ in range(200):
        x = 1 + signed(2 ** uniform(-50, -22))
        yield (x, float(uniform(-1070, 1020) / mp.log(x, 2)))
    for _ in range(200):
        # Subnormal results.
        x = uniform(0.5, 2)
        yield (x, float(uniform(-1074, -1022) / mp.log(x, 2)))
    for x, y in ((0.9, 1000.0), (0.999, 1e6), (2.0, 0.5), (2.0, -1074.0), (10.0, 308.0), (10.0, -300.0), (1.5, 2.0)):
        yield (x, y)


def tanh_points():
    for _ in range(600):
        yield (signed(uniform(0, 0.6)),)
    for _ in range(500):
        yield (signed(uniform(0.6, 3)),)
    for _ in range(200):
        yield (signed(uniform(3, 23)),)
    for _ in range(300):
        yield (signed(2 ** uniform(-1074, -1)),)
    for _ in range(100):
        # Where the two formulas meet, and where the result crosses 1/2.
        yield (0.6 * (1 + signed(2 ** uniform(-53, -8))),)
        yield (0.5493061443340548 * (1 + signed(2 ** uniform(-53, -8))),)
    for x in (5e-324, 0.6, math.nextafter(0.6, 0), 1.0, 19.0, 22.0, 710.0, 1.7976931348623157e308):
        yield (x,)


def log1p_points():
    for _ in range(600):
        yield (uniform(0, 2),)
    for _ in range(400):
        yield (signed(2 ** uniform(-60, -1)),)
    for _ in range(200):
        yield (2 ** uniform(-1074, -40),)
    for _ in range(300):
        yield (2 ** uniform(0, 1000),)
    for _ in range(200):
        yield (-1 + 2 ** uniform(-53, 0),)
    for x in (5e-324, 1.0, 2.0**-53, 2.0**-52, 1.7976931348623157e308, math.nextafter(-1, 0), math.sqrt(0.5)):
        yield (x,)


def table(names, points, function):
    columns = {name: [] for name in (*names, "value", "rest")}
    for point in points:
        exact = function(*map(mp.mpf, point))
        value = float(exact)
        for name, x in zip(names, point):
            columns[name].append(x)
        columns["value"].append(value)
        columns["rest"].append(round(float((exact - value) / math.ulp(value)), 4))
    return columns


golden = {
    "made": "mpmath, 200 bits, by make_elementary.py",
    "exp": table(("x",), exp_points(), mp.exp),
    "log": table(("x",), log_points(), mp.log),
    "pow": table(("x", "y"), pow_points(), lambda x, y: x**y),
    "tanh": table(("x",), tanh_points(), mp.tanh),
    "log1p": table(("x",), log1p_points(), mp.log1p),
}
with open(os.path.join(os.path.dirname(__file__), "elementary.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
