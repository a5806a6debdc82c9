"""Writes test/golden/npz.json: archives by numpy.savez and numpy.savez_compressed. Run: python3 test/io/make_npz.py"""
import base64
import io
import json
import pathlib
import zipfile

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / 'golden' / 'npz.json'

SMALL = {
    'W1': np.array([[1.0, 2.5, -3.0], [4e-300, 5e300, -0.1]]),
    'b': np.array([1, -2.5, 0.1], dtype='<f4'),
    'loss': np.array(3.25),
    'labels': np.array([3, 1, 2], dtype='<i8'),
    'empty': np.zeros((0, 4)),
}


class Unseekable(io.RawIOBase):
    """A pipe: zipfile then writes sizes behind the data."""

    def __init__(self):
        self.bytes = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.bytes += data
        return len(data)


def archive(save, arrays, stream=None):
    stream = stream or io.BytesIO()
    save(stream, **arrays)
    return bytes(stream.bytes) if isinstance(stream, Unseekable) else stream.getvalue()


def entry(name, data, arrays):
    values = {
        key: {
            'shape': list(np.shape(value)),
            'dtype': 'float32' if value.dtype == np.float32 else 'float64',
            'values': [float(x) for x in np.ravel(value)],
        }
        for key, value in arrays.items()
    }
    return {'name': name, 'base64': base64.b64encode(data).decode(), 'arrays': values}


def rejected(name, data, code):
    return {'name': name, 'base64': base64.b64encode(data).decode(), 'code': code}


def zipped(members, compression=zipfile.ZIP_STORED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', compression) as target:
        for name, data in members:
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, compression)
    return stream.getvalue()


ODD = {'../up': np.arange(2.0), 'a/b': np.arange(3.0), '__proto__': np.ones(1), 'constructor': np.zeros(1),
       '7': np.ones(2), '\u03c3': np.arange(1.0), 'x.npy': np.arange(2.0)}
LONG = {'cubes': np.arange(6000, dtype='<f8') ** 3 % 100_003}
NPY = io.BytesIO()
np.save(NPY, np.arange(3.0))

accept = [
    entry('savez', archive(np.savez, SMALL), SMALL),
    entry('savez_compressed', archive(np.savez_compressed, SMALL), SMALL),
    entry('Fortran order', archive(np.savez, {'F': np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])}),
          {'F': np.array([[1.0, 2.0], [3.0, 4.0]])}),
    entry('odd names', archive(np.savez, ODD), ODD),
    entry('no arrays', archive(np.savez, {}), {}),
    entry('positional', archive(lambda stream: np.savez(stream, np.ones(2), np.zeros(3)), {}),
          {'arr_0': np.ones(2), 'arr_1': np.zeros(3)}),
    entry('savez to a pipe', archive(np.savez, SMALL, Unseekable()), SMALL),
    entry('savez_compressed to a pipe', archive(np.savez_compressed, SMALL, Unseekable()), SMALL),
    entry('cubes', archive(np.savez_compressed, LONG), LONG),
]
reject = [
    rejected('objects', archive(np.savez, {'o': np.array([{}, []], dtype=object)}), 'UNSUPPORTED'),
    rejected('complex numbers', archive(np.savez, {'c': np.ones(2, dtype='<c16')}), 'UNSUPPORTED'),
    rejected('2^53 + 1', archive(np.savez, {'i': np.array([2**53 + 1])}), 'RANGE'),
    rejected('a member that is no array', zipped([('readme.txt', b'hello')]), 'UNSUPPORTED'),
    rejected('a member that is called an array', zipped([('a.npy', b'hello')]), 'FORMAT'),
    rejected('bzip2', zipped([('a.npy', NPY.getvalue())], zipfile.ZIP_BZIP2), 'UNSUPPORTED'),
    rejected('a .npy file', NPY.getvalue(), 'FORMAT'),
]
# The test has the formula: i^3 mod 100003.
accept[-1]['arrays']['cubes']['values'] = []

OUT.write_text(json.dumps({'source': f'numpy {np.__version__}, numpy.savez and numpy.savez_compressed',
                           'accept': accept, 'reject': reject}, indent=1) + '\n')
