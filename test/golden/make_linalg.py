"""linalg.json: matrix exponentials by mpmath with 60 digits, and the condition of the exponential at each by scipy's expm_cond
(Frobenius norm; a few digits are enough, it only scales a tolerance).
Run: python3 test/golden/make_linalg.py
"""
import json
import os

import mpmath as mp
import numpy as np
from scipy.linalg import expm_cond

mp.mp.dps = 60


def as_matrix(rows):
    return mp.matrix([[mp.mpf(float(x)) for x in row] for row in rows])


def exponential(a):
    """Taylor's series of a/2^s, squared s times, with digits to spare for the squarings."""
    size = max(mp.mpf(1), mp.mnorm(a, 1))
    s = int(mp.ceil(mp.log(size, 2))) + 8
    with mp.workdps(mp.mp.dps + s + 60):
        scaled = a / mp.mpf(2) ** s
        n = a.rows
        term = mp.eye(n)
        total = mp.eye(n)
        for k in range(1, 60):
            term = term * scaled / k
            total += term
            if mp.mnorm(term, 1) < mp.mpf(10) ** (-mp.mp.dps):
                break
        for _ in range(s):
            total = total * total
    return total


CASES = {
    "nilpotent": [[0, 6, 0, 0], [0, 0, 6, 0], [0, 0, 0, 6], [0, 0, 0, 0]],
    "rotation": [[0, -3], [3, 0]],
    "small": [[0.0078125, -0.00390625], [0.001953125, 0.005859375]],
    "degree 5": [[0.125, 0.0625, 0], [-0.0625, 0.1875, 0.03125], [0.015625, 0, -0.125]],
    "degree 7": [[0.5, 0.25, 0], [-0.25, 0.75, 0.125], [0.0625, 0, -0.5]],
    "degree 9": [[1, 0.5, 0], [-0.5, 1.5, 0.25], [0.125, 0, -1]],
    "degree 13": [[4, 2, 0], [-2, 3, 1], [0.5, 0, -4]],
    "Ward 1": [[4, 2, 0], [1, 4, 1], [1, 1, 4]],
    "Moler Van Loan": [[-49, 24], [-64, 31]],
    "overscaling": [[1, 1000000], [0, -1]],
    "symmetric": [[(3 if i == j else 1.0 / (1 << abs(i - j))) for j in range(6)] for i in range(6)],
    "stiff": [[-40, 1, 0], [0, -1, 1], [0, 0, -0.0009765625]],
    "grcar": [[-1 if i == j + 1 else 1 if i <= j <= i + 3 else 0 for j in range(10)] for i in range(10)],
}
golden = {"made": "mpmath, 60 digits, by make_linalg.py", "expm": {}}
for name, rows in CASES.items():
    a = as_matrix(rows)
    value = exponential(a)
    n = a.rows
    golden["expm"][name] = {
        "a": [[float(x) for x in row] for row in rows],
        "exp": [[float(value[i, j]) for j in range(n)] for i in range(n)],
        "condition": float(expm_cond(np.array(rows, dtype=float))),
    }
with open(os.path.join(os.path.dirname(__file__), "linalg.json"), "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
