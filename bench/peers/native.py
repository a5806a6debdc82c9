"""NumPy, SciPy and PyTorch on one thread, asked line by line in JSON by bench/report/native-seat.ts.

The first line names the library, the problem and its inputs (base64); the answer holds the result after a few runs, which the asker checks.
Every line after that is answered with microseconds for the work done once: median and minimum over samples.
"""
import base64
import json
import sys
from time import perf_counter


def decode(np, text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype=dtype).copy()


def numpy_operation(task):
    import numpy as np

    work, dtype, data = task["work"], task["dtype"], task["inputs"]
    array = lambda name, rows: decode(np, data[name], dtype).reshape(rows, -1)
    if work["kind"] == "gemm":
        m, n, k = work["m"], work["n"], work["k"]
        a = array("a", k if work["transposeA"] else m)
        b = array("b", n if work["transposeB"] else k)
        left, right = (a.T if work["transposeA"] else a), (b.T if work["transposeB"] else b)
        out = np.empty((m, n), dtype)
        return lambda: np.matmul(left, right, out=out), lambda: out.ravel()
    if work["kind"] == "svd":
        a = array("a", work["n"])
        state = {}
        if work.get("rank") is None:

            def run():
                state["s"] = np.linalg.svd(a)[1]

        else:
            from scipy.sparse.linalg import svds

            start = np.random.default_rng(1).standard_normal(work["n"]).astype(dtype)

            def run():
                state["s"] = svds(a, k=work["rank"], v0=start)[1][::-1]

        return run, lambda: state["s"]
    return numpy_step(np, work, dtype, data)


def numpy_step(np, work, dtype, data):
    sizes, members, samples = work["sizes"], work["members"], work["samples"]

    def array(text, rows):
        one = decode(np, text, dtype).reshape(rows, -1)
        return one if members == 1 else np.repeat(one[None], members, axis=0)

    weights = [array(text, sizes[l + 1]) for l, text in enumerate(data["weights"])]
    y = array(data["y"], sizes[-1])
    x = array(data["x"], sizes[0]) if "x" in data else None
    flip = lambda value: np.swapaxes(value, -1, -2)
    rate = np.dtype(dtype).type(work["learningRate"] / (samples if samples > 0 else 1))

    def run():
        forward = [x, weights[0] if x is None else weights[0] @ x]
        for w in weights[1:]:
            forward.append(w @ forward[-1])
        back = forward[-1] - y
        for l in range(len(weights), 0, -1):
            slope = back if l == 1 and x is None else back @ flip(forward[l - 1])
            if l > 1:
                back = flip(weights[l - 1]) @ back
            # The forward products of a layer were formed before, so it may change at once; W_1 itself is F_1, hence not in place.
            weights[l - 1] = weights[l - 1] - rate * slope

    return run, lambda: np.concatenate([w.reshape(members, -1) for w in weights], axis=1).ravel()


def torch_operation(task):
    import numpy as np
    import torch

    torch.set_num_threads(1)
    work, dtype, data = task["work"], task["dtype"], task["inputs"]
    tensor = lambda text, rows: torch.from_numpy(decode(np, text, dtype).reshape(rows, -1))
    if work["kind"] == "gemm":
        a = tensor(data["a"], work["k"] if work["transposeA"] else work["m"])
        b = tensor(data["b"], work["n"] if work["transposeB"] else work["k"])
        left, right = (a.T if work["transposeA"] else a), (b.T if work["transposeB"] else b)
        out = torch.empty(work["m"], work["n"], dtype=a.dtype)
        return lambda: torch.mm(left, right, out=out), lambda: out.numpy().ravel()
    if work["kind"] == "svd":
        if work.get("rank") is not None:
            return None
        a = tensor(data["a"], work["n"])
        state = {}

        def run():
            state["s"] = torch.linalg.svd(a)[1]

        return run, lambda: state["s"].numpy()
    sizes, members, samples = work["sizes"], work["members"], work["samples"]
    many = lambda value: value if members == 1 else value.expand(members, *value.shape).clone()
    weights = [many(tensor(text, sizes[l + 1])).requires_grad_() for l, text in enumerate(data["weights"])]
    y = many(tensor(data["y"], sizes[-1]))
    x = many(tensor(data["x"], sizes[0])) if "x" in data else None
    factor = 0.5 / (samples if samples > 0 else 1)
    optimizer = torch.optim.SGD(weights, lr=work["learningRate"])

    def step():
        optimizer.zero_grad()
        value = x
        for w in weights:
            value = w if value is None else w @ value
        ((value - y).square().sum() * factor).backward()
        optimizer.step()

    def result():
        return np.concatenate([w.detach().numpy().reshape(members, -1) for w in weights], axis=1).ravel()

    return step, result


def sample(run, count):
    start = perf_counter()
    for _ in range(count):
        run()
    return perf_counter() - start


def main():
    task = json.loads(sys.stdin.readline())
    try:
        if task["library"] == "numpy":
            import numpy

            version = numpy.__version__
            operation = numpy_operation(task)
        else:
            import torch

            version = torch.__version__
            operation = torch_operation(task)
    except ImportError:
        print(json.dumps({"state": "absent"}), flush=True)
        return
    if operation is None:
        print(json.dumps({"state": "cannot"}), flush=True)
        return
    import numpy as np

    run, result = operation
    for _ in range(task["runs"]):
        run()
    values = np.ascontiguousarray(result(), dtype="float64")
    answer = {"state": "ready", "version": version, "result": base64.b64encode(values.tobytes()).decode()}
    print(json.dumps(answer), flush=True)
    # Samples long enough for the clock.
    count = 1
    while sample(run, count) < 3e-4:
        count *= 2
    for _ in sys.stdin:
        times = []
        end = perf_counter() + task["time"] / 1000
        while len(times) < 3 or perf_counter() < end:
            times.append(1e6 * sample(run, count) / count)
            if len(times) > 0 and times[0] > 1e6:
                break
        times.sort()
        print(json.dumps({"median": times[len(times) // 2], "minimum": times[0]}), flush=True)


main()
