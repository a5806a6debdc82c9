"""dense.json: singular values by mpmath with 60 digits, of matrices that a test can rebuild exactly from their rule.
Run: python3 test/golden/make_dense.py
"""
import json
import os

import mpmath as mp

mp.mp.dps = 60


def singular_values(rows):
    return [float(s) for s in sorted(mp.svd_r(mp.matrix(rows), compute_uv=False), reverse=True)]


def matrix(m, n, entry):
    """The exact float64 entries, as mpmath numbers."""
    return [[mp.mpf(float(entry(i, j))) for j in range(n)] for i in range(m)]


def scaled_grid(i, j):
    # Small integers, columns graded by powers of two: exact, and relatively well determined.
    return ((7 * i + 3 * j * j + i * j) % 11 - 5) * 2.0 ** (-12 * j)


CASES = {
    "hilbert": (8, 8, lambda i, j: 1.0 / (i + j + 1)),
    "integers": (10, 64, lambda i, j: (i * i + 3 * i * j + 5 * j) % 17 - 8),
    "graded": (9, 6, scaled_grid),
    "grcar": (20, 20, lambda i, j: -1 if i == j + 1 else 1 if i <= j <= i + 3 else 0),
    "vandermonde": (12, 5, lambda i, j: float(i + 1) ** j),
}
golden = {
    "made": "mpmath svd_r, 60 digits, by make_dense.py",
    "singularValues": {
        name: {"m": m, "n": n, "s": singular_values(matrix(m, n, entry))} for name, (m, n, entry) in CASES.items()
    },
}
with open(os.path.join(os.path.dirname(__file__), "dense.json"), "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
