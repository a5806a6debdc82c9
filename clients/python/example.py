"""Train from Python and plot: start ``npx deeplinear serve`` first, then ``python example.py URL TOKEN``."""

import sys

import numpy as np

from deeplinear import connect

# %% Connect, and say what to train: a hierarchy of living things, from a small start.
server = connect(sys.argv[1], token=sys.argv[2] if len(sys.argv) > 2 else None)
config = {
    "network": {"kind": "layers", "sizes": [8, 16, 15], "init": {"kind": "gaussian", "gamma": 2}, "seed": 1},
    "task": {"kind": "tree15"},
    "optimizer": {"kind": "gradientDescent", "learningRate": 0.05},
    "steps": 2000,
    "record": {"every": 10, "probes": [{"kind": "loss"}, {"kind": "singularValues", "rank": 4}]},
}

# %% Watch it learn: frames come while it trains.
run = server.run(config)
for frame in run:
    if frame["step"] % 400 == 0:
        print(f"step {frame['step']:5d}  loss {frame['loss']:.6f}  modes {np.round(frame['singularValues'], 3)}")

# %% The whole run as arrays, and the end-to-end map from the weights.
arrays = run.arrays()
end_to_end = arrays["W_2"] @ arrays["W_1"]
recorded = arrays["singularValues"][-1]
print("largest difference to numpy's singular values:", np.abs(np.linalg.svd(end_to_end)[1][:4] - recorded).max())

# %% The figure of the run, drawn by the server. (A page with the data: run.page().)
with open("run.svg", "w", encoding="utf-8") as file:
    file.write(run.figure())
print("wrote run.svg")

# %% A figure of your own, where matplotlib is installed.
try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    print("matplotlib is not installed")
else:
    figure, axes = plt.subplots()
    axes.plot(arrays["time"], arrays["singularValues"])
    axes.set(xlabel="time", ylabel="singular value", title="One mode after another")
    figure.savefig("modes.png", dpi=150)
    print("wrote modes.png")
