"""A thin client of ``deeplinear serve``: the standard library and numpy, one file, nothing to build.

    from deeplinear import connect
    server = connect("http://localhost:8787", token="...")
    run = server.run({
        "network": {"kind": "layers", "sizes": [8, 16, 15], "init": {"kind": "gaussian", "gamma": 2}, "seed": 1},
        "task": {"kind": "tree15"},
        "optimizer": {"kind": "gradientDescent", "learningRate": 0.05},
        "steps": 2000,
    })
    for frame in run:                 # as they come
        print(frame["step"], frame["loss"])
    arrays = run.arrays()             # {"step": ..., "loss": ..., "W_1": ..., "W_2": ...}, all numpy
"""

import io
import json
import urllib.error
import urllib.parse
import urllib.request

import numpy as np

__all__ = ["DeepLinearError", "Job", "Server", "connect"]


class DeepLinearError(Exception):
    """What a server refused, or a job failed of: ``code`` is stable, ``status`` is that of the answer."""

    def __init__(self, message, code="ERROR", status=None):
        super().__init__(message)
        self.code = code
        self.status = status


def connect(url, token=None, timeout=60.0):
    """A server at ``url``. ``timeout`` is in seconds, for each answer to begin or go on."""
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"url must be an address such as http://localhost:8787, got {url!r}")
    return Server(url.rstrip("/"), token, timeout)


class Server:
    """Made by ``connect``."""

    def __init__(self, url, token, timeout):
        self.url, self._token, self._timeout = url, token, timeout

    def info(self):
        """Limits, and how many jobs there are."""
        return self._json("/")

    def experiments(self):
        """All experiments: id, paper, title and parameters."""
        return self._json("/experiments")

    def run(self, config):
        """Start the run of a configuration. Raises DeepLinearError with what it is refused for."""
        return Job(self, self._json("/runs", config)["id"])

    def reproduce(self, experiment, seed=1, **parameters):
        """Run an experiment and check it; its frames are its progress."""
        path = "/experiments/" + urllib.parse.quote(experiment, safe="")
        return Job(self, self._json(path, {"seed": seed, "set": parameters})["id"])

    def _open(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if data is not None:
            request.add_header("content-type", "application/json")
        if self._token is not None:
            request.add_header("authorization", f"Bearer {self._token}")
        try:
            return urllib.request.urlopen(request, timeout=self._timeout)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except urllib.error.URLError as error:
            raise DeepLinearError(f"no answer from {self.url}: {error.reason}; is the server running?", "IO") from error

    def _json(self, path, body=None, method=None):
        with self._open(path, body, method) as answer:
            return _parse(answer.read())


class Job:
    """A job of a server. Iterate over it for frames as they come; ``result`` and ``arrays`` wait for its end."""

    def __init__(self, server, job_id):
        self._server, self.id = server, job_id

    def __iter__(self):
        for message in self._messages(0):
            if message["type"] == "frame":
                yield message

    def status(self):
        """Where the job is: status, frames, seconds."""
        return self._server._json(f"/jobs/{self.id}")

    def wait(self):
        """Wait for the end. Raises DeepLinearError if the job failed or was cancelled."""
        for message in self._messages(2**53 - 1):
            if message["status"] == "failed":
                raise DeepLinearError(message["error"]["message"], message["error"]["code"])
            if message["status"] == "cancelled":
                raise DeepLinearError(f"job {self.id} was cancelled", "CANCELLED")
        return self

    def result(self):
        """Everything found, as dictionaries; columns and weights as numpy arrays."""
        result = self.wait()._server._json(f"/jobs/{self.id}/result.json")
        for column in result.get("columns", {}).values():
            column["data"] = np.array(column["data"], dtype=float).reshape([column["length"], *column["shape"]])
        for weight in result.get("weights", []):
            weight["data"] = np.array(weight["data"], dtype=float).reshape(weight["shape"])
        return result

    def arrays(self):
        """What a run recorded and its weights at the end, by name, bit for bit."""
        with self.wait()._server._open(f"/jobs/{self.id}/result.npz") as answer:
            with np.load(io.BytesIO(answer.read()), allow_pickle=False) as file:
                return {name: file[name] for name in file.files}

    def figure(self):
        """The figure, as the text of an SVG file."""
        with self.wait()._server._open(f"/jobs/{self.id}/result.svg") as answer:
            return answer.read().decode("utf-8")

    def page(self):
        """One HTML page with the figure, what was measured, and the data inside."""
        with self.wait()._server._open(f"/jobs/{self.id}/result.html") as answer:
            return answer.read().decode("utf-8")

    def cancel(self):
        """End the job; what it told so far stays readable."""
        self._server._json(f"/jobs/{self.id}", method="DELETE")

    def _messages(self, start):
        with self._server._open(f"/jobs/{self.id}/frames?from={start}") as answer:
            for line in answer:
                if line.strip():
                    yield _parse(line)


_WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def _parse(text):
    return _revive(json.loads(text))


def _revive(value):
    if isinstance(value, str):
        return _WORDS.get(value, value)
    if isinstance(value, list):
        return [_revive(item) for item in value]
    if isinstance(value, dict):
        return {name: _revive(item) for name, item in value.items()}
    return value


def _refusal(error):
    try:
        refused = json.loads(error.read())["error"]
        return DeepLinearError(refused["message"], refused["code"], error.code)
    except (ValueError, KeyError, TypeError):
        return DeepLinearError(f"the server answered {error.code}", "IO", error.code)
