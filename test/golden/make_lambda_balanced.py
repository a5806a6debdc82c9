"""Reference values for test/theory/lambda-balanced-extreme.test.ts, by mpmath: the exact flow of lambda-balanced layers at
large |lambda| and long times, where float64 integrators cannot go.

    python3 test/golden/make_lambda_balanced.py > test/golden/lambda-balanced-extreme.json

P(t) = E Q0 (I + Q0' Phi Q0)^-1 Q0' E, E = e^{F t}, Phi = int_0^t e^{2 F u} du, from the eigenvectors of F as mpmath finds them
(no formula for them is used), with 160 and again with 320 digits: both have to agree to 30 digits, block by block. Weights are
float64 numbers, so that rounding them is no part of the comparison; lambda is exact.
"""
import json
import mpmath as mp


def reflection(v):
    n = len(v)
    vv = mp.fsum(mp.mpf(x) ** 2 for x in v)
    return mp.matrix([[int(i == j) - 2 * mp.mpf(v[i]) * v[j] / vv for j in range(n)] for i in range(n)])


def start(sizes, lam, strengths):
    ni, nh, no = sizes
    u, r, v = (reflection(list(range(1, n + 1))) for n in (no, nh, ni))
    lam = mp.mpf(lam)
    w1, w2 = mp.matrix(nh, ni), mp.matrix(no, nh)
    for j in range(nh):
        m = mp.mpf(strengths[j]) if j < len(strengths) else mp.mpf(0)
        root = mp.sqrt(lam ** 2 + 4 * m ** 2)
        s1, s2 = mp.sqrt((root - lam) / 2), mp.sqrt((root + lam) / 2)
        for h in range(nh):
            for i in range(ni):
                w1[h, i] += r[h, j] * s1 * (v[i, j] if j < ni else 0)
            for o in range(no):
                w2[o, h] += (u[o, j] if j < no else 0) * s2 * r[h, j]
    return rounded(w1), rounded(w2)


def rounded(a):
    return mp.matrix([[mp.mpf(float(a[i, j])) for j in range(a.cols)] for i in range(a.rows)])


def task(ni, no, singular):
    u, v = reflection([1, -2, 1, 3, 1][:no]), reflection([2, 1, -1, 1, 2, 1][:ni])
    s = mp.matrix(no, ni)
    for o in range(no):
        for i in range(ni):
            s[o, i] = mp.fsum(u[o, j] * mp.mpf(x) * v[i, j] for j, x in enumerate(singular))
    return rounded(s)


def blocks(w1, w2, s, lam, t):
    ni, no, nh = s.cols, s.rows, w1.rows
    n = ni + no
    f, q = mp.matrix(n, n), mp.matrix(n, nh)
    for i in range(n):
        f[i, i] = mp.mpf(lam) / 2 * (-1 if i < ni else 1)
    for o in range(no):
        for i in range(ni):
            f[ni + o, i] = f[i, ni + o] = s[o, i]
    for h in range(nh):
        for i in range(ni):
            q[i, h] = w1[h, i]
        for o in range(no):
            q[ni + o, h] = w2[o, h]
    x, o = mp.eigsy(f)
    q = o.T * q
    t = mp.mpf(t)
    e = [mp.exp(v * t) for v in x]
    phi = [t if v == 0 else mp.expm1(2 * v * t) / (2 * v) for v in x]
    k = mp.eye(nh)
    for a in range(nh):
        for b in range(nh):
            k[a, b] += mp.fsum(q[i, a] * phi[i] * q[i, b] for i in range(n))
    for i in range(n):
        for h in range(nh):
            q[i, h] *= e[i]
    p = o * (q * mp.inverse(k) * q.T) * o.T
    return p[:ni, :ni], p[ni:, :ni], p[ni:, ni:]


def flat(a):
    return [float(a[i, j]) for i in range(a.rows) for j in range(a.cols)]


CASES = [
    # sizes, lambda, strengths, singular values of the task, times
    ((4, 4, 4), 1e3, [.3, .2, .1, .05], [2, 1.5, 1, .7], [1e-4, 1e-3, 1e-2, .1, 10]),
    ((4, 4, 4), 1e6, [.3, .2, .1, .05], [2, 1.5, 1, .7], [1e-7, 1e-6, 1e-5, 1, 1e5, 1e7]),
    ((4, 4, 4), -1e6, [.3, .2, .1, .05], [2, 1.5, 1, .7], [1e-7, 1e-6, 1e-5, 1, 1e5, 1e7]),
    ((4, 4, 4), 1e-12, [.3, .2, .1, .05], [2, 1.5, 1, .7], [.5, 2, 5, 10]),
    ((5, 3, 3), -1e6, [.3, .2, .1], [2, 1.5, 1], [1e-7, 1e-5, 1e4, 2e5, 1e6, 1e7]),
    ((5, 3, 3), 1e6, [.3, .2, .1], [2, 1.5, 1], [1e-7, 1e-5, 1e4, 1e6]),
    ((3, 3, 5), 1e4, [.3, .2, .1], [2, 1.5, 1], [1e-4, 1e2, 2e3, 1e4, 1e5]),
    ((3, 2, 4), 1e3, [.3, .2], [2, 1.5, 1], [1e-3, 50, 200, 1e3]),
    ((4, 2, 4), -1e3, [.3, .2], [1.5, 1, 0, 0], [1e-3, 50, 200, 1e3]),
    ((2, 3, 4), 1e3, [.3, .2], [1.8, .9], [1e-3, 50, 400, 2e3]),
]

out = []
for sizes, lam, strengths, singular, times in CASES:
    found = []
    for digits in (160, 320):
        mp.mp.dps = digits
        w1, w2 = start(sizes, lam, strengths)
        s = task(sizes[0], sizes[2], singular)
        found.append([blocks(w1, w2, s, lam, t) for t in times])
    for first, second in zip(*found):
        for a, b in zip(first, second):
            assert mp.mnorm(a - b, 'f') < mp.mpf(10) ** -30 * mp.mnorm(b, 'f'), (sizes, lam)
    out.append({
        'sizes': sizes, 'lambda': lam, 'w1': flat(w1), 'w2': flat(w2), 'sigmaYX': flat(s), 'times': times,
        'a': [flat(a) for a, _, _ in found[1]], 'w': [flat(w) for _, w, _ in found[1]],
        'b': [flat(b) for _, _, b in found[1]],
    })
print(json.dumps(out, separators=(',', ':')))
