"""noise.json: the Gamma function and its companions, angles, stationary states and growth rates under multiplicative noise, and the two forms of one mode
of SGD with momentum, by mpmath with 60 digits from the definitions (integrals, matrix exponentials, recursions step by step).
Run: python3 test/golden/make_noise.py
"""
import json
import os
import random

import mpmath as mp

mp.mp.dps = 60
random.seed(4)


def text(value):
    return float(mp.nstr(value, 25))


def spread(low, high):
    return 10 ** random.uniform(low, high)


def gamma_cases():
    xs = [random.uniform(0, 1) for _ in range(40)] + [random.uniform(1, 16) for _ in range(80)]
    xs += [random.uniform(16, 171.6) for _ in range(80)] + [spread(-300, 0) for _ in range(20)]
    xs += [1.0, 2.0, 0.5, 16.0, 15.999999999999998, 171.6]
    return [[x, text(mp.gamma(mp.mpf(x)))] for x in xs]


def ratio_cases():
    cases = []
    for _ in range(150):
        x, a = spread(-3, 6), random.uniform(-0.9, 12)
        a = abs(a) if x + a < 1e-3 else a
        cases.append([x, a, text(mp.gammaprod([mp.mpf(x) + mp.mpf(a)], [mp.mpf(x)]))])
    return cases


def kernel_cases():
    cases = []
    for _ in range(200):
        k = spread(-2, 5)
        y = k * spread(-0.3, 0.3)
        value = mp.exp(mp.mpf(k) * mp.log(mp.mpf(y)) - mp.mpf(y) - mp.loggamma(mp.mpf(k)))
        if value > 1e-290:
            cases.append([k, y, text(value)])
    return cases


def angle_cases():
    points = [(random.choice([-1, 1]) * spread(-5, 5), random.choice([-1, 1]) * spread(-5, 5)) for _ in range(200)]
    points += [(1.0, 2.0), (0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-0.5, 0.0)]
    return [[y, x, text(mp.atan2(mp.mpf(y), mp.mpf(x)))] for y, x in points]


def sine_cases():
    xs = [random.uniform(-3, 3) for _ in range(150)] + [random.uniform(-0.5, 0.5) for _ in range(100)]
    return [[x, text(mp.sin(mp.pi * mp.mpf(x)))] for x in xs]


def mean_log_cases():
    cases = []
    for value, rate, sigma in [
        (0.5, 3 / 1024, 20), (2, 3 / 1024, 5), (0.1, 0.01, 30), (1, 0.1, 9), (1, 0.1, 13), (-3, 0.1, 2), (0.2, 1, 3), (-1, 1, 0.5), (0.3, 0.01, 1e-3),
    ]:
        m, c = 1 + mp.mpf(rate) * mp.mpf(value), mp.mpf(rate) * mp.mpf(sigma)
        root = -m / c
        points = sorted([-30, 30] + ([root] if -30 < root < 30 else []))
        mp.mp.dps = 30
        value_of = mp.quad(lambda z: mp.log(abs(m + c * z)) * mp.npdf(z), mp.linspace(points[0], points[1], 30) + (mp.linspace(points[1], points[2], 30) if len(points) > 2 else []))
        mp.mp.dps = 60
        cases.append([value, rate, sigma, text(value_of)])
    return cases


def mode_cases():
    cases = []
    given = [
        (1.0, 0.05, 0.1, 0.9, 8, 2.0, 1.5, 0.0, 0.25), (0.3, 0.0, 0.5, 0.0, 1, 1.0, -2.0, 0.5, 0.0), (1e-6, 0.0, 0.1, 0.9, 4, 1e-6, 1.0, 0.0, 0.0),
        (0.02631578947368421, 0.0, 0.1, 0.9, 1, 0.5, 1.0, -1.0, 0.0), (15.0, 0.0, 0.1, 0.5, 2, 3.0, 1.0, 0.0, 0.5), (30.0, 0.0, 0.1, 0.95, 16, 1.0, 0.2, 3.0, 0.0),
    ]
    for rho, lam, eta, b, batch, noise, theta0, v0, mu in given:
        r, l, e, bb, s, n, x0, u0, m = [mp.mpf(x) for x in (rho, lam, eta, b, batch, noise, theta0, v0, mu)]
        h, var = r + l, n / s
        a = mp.matrix([[0, 1], [-2 * h / (e * (1 + bb)), -2 * (1 - bb) / (e * (1 + bb))]])
        w = 4 * var / (e * (1 + bb) ** 2)
        d = mp.matrix([[1 - e * h, e * bb], [-h, bb]])
        q = var * mp.matrix([[e * e, e], [e, 1]])
        rows = []
        state, cov, at = mp.matrix([x0 - m, u0]), mp.zeros(2), 0
        # The stationary covariances, from their linear equations.
        calm = mp.matrix([[e * var / (2 * (1 - bb) * h), 0], [0, var / (1 - bb ** 2)]])
        den = (1 - bb) * (2 * (1 + bb) - e * h)
        still = mp.matrix([[e * (1 + bb) * var / (h * den), e * var / den], [e * var / den, 2 * var / den]])
        assert mp.norm(a * calm + calm * a.T + mp.matrix([[0, 0], [0, w]])) < 1e-50
        assert mp.norm(d * still * d.T + q - still) < 1e-50
        turned = mp.eye(2)
        for k in (1, 12, 100, 1000):
            while at < k:
                state, cov, turned, at = d * state, d * cov * d.T + q, d * turned, at + 1
            p = mp.expm(a * (e * k))
            ou = p * mp.matrix([x0 - m, u0])
            c = calm - p * calm * p.T
            moved = p - mp.eye(2)
            hop = turned - mp.eye(2)
            rows.append({
                "step": k,
                "ou": [text(v) for v in (m + ou[0], ou[1], c[0, 0], c[0, 1], c[1, 1], (moved * calm * moved.T + c)[0, 0])],
                "discrete": [text(v) for v in (m + state[0], state[1], cov[0, 0], cov[0, 1], cov[1, 1], (hop * still * hop.T + cov)[0, 0])],
            })
        eigen = mp.eig(d, left=False, right=False)
        big = max(abs(z) for z in eigen)
        cases.append({
            "rho": rho, "weightDecay": lam, "learningRate": eta, "momentum": b, "batchSize": batch, "noise": noise, "theta0": theta0, "v0": v0, "mu": mu,
            "angle": text(max(mp.arg(z) for z in eigen)), "decay": text(big), "rows": rows,
            "stationary": {"ou": [text(calm[0, 0]), 0, text(calm[1, 1])], "discrete": [text(still[0, 0]), text(still[0, 1]), text(still[1, 1])]},
        })
    return cases


golden = {
    "made": "mpmath, 60 digits, by make_noise.py",
    "gamma": gamma_cases(), "ratio": ratio_cases(), "kernel": kernel_cases(), "angle": angle_cases(), "sine": sine_cases(),
    "meanLog": mean_log_cases(), "modes": mode_cases(),
}
with open(os.path.join(os.path.dirname(__file__), "noise.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
