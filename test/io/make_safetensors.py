"""Writes test/golden/safetensors.json: files put together by hand from the specification of the format, not by any
library. Element bytes and the values of halves are numpy's. Run: python3 test/io/make_safetensors.py"""
import base64
import hashlib
import json
import pathlib
import struct

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / 'golden' / 'safetensors.json'


def build(header, data=b'', pad=0):
    """8 bytes: length of the header, little-endian; the header; the data."""
    text = header if isinstance(header, bytes) else header.encode()
    text += b' ' * pad
    return struct.pack('<Q', len(text)) + text + data


def plain(values):
    """Numbers as JSON has them: NaN and infinities by name, integers of 64 bits as text."""
    flat = np.ravel(values)
    if flat.dtype == np.int64:
        return [str(x) for x in flat]
    return [float(x) if np.isfinite(x) else str(x) for x in flat.astype(np.float64)]


def bfloat(values):
    """The upper halves of float32; the values here have nothing in the lower ones."""
    words = np.asarray(values, dtype='<f4').view('<u4')
    assert not np.any(words & 0xFFFF)
    return (words >> 16).astype('<u2').tobytes()


TENSORS = [
    ('w', 'F64', np.array([[1.0, 2.5, -3.0], [4e-300, 5e300, -0.0]]), None),
    ('single', 'F32', np.array([0.1, np.inf, -np.inf, np.nan], dtype='<f4'), None),
    ('counter', 'I64', np.array([2**63 - 1, -2**63, 2**53 + 1], dtype='<i8'), None),
    ('steps', 'I32', np.array([-2**31, 7], dtype='<i4'), None),
    ('bytes', 'U8', np.array([0, 255, 7], dtype='u1'), None),
    ('mask', 'BOOL', np.array([[True], [False]]), None),
    ('half', 'F16', np.array([1, -2, 65504, 2**-24, 2**-14, -0.0, np.inf], dtype='<f2'), None),
    ('brain', 'BF16', np.array([1.0, -1.5, 2.0**127, 2.0**-133, np.inf], dtype='<f4'), bfloat),
    ('scalar', 'F64', np.array(3.25), None),
    ('empty', 'F32', np.zeros((0, 3), dtype='<f4'), None),
]


def whole(tensors):
    fields, data = {'__metadata__': {'format': 'np', 'by': 'hand: \u03c3 "quoted" \\ \n'}}, b''
    for name, dtype, array, pack in tensors:
        raw = pack(array) if pack else array.tobytes()
        fields[name] = {'dtype': dtype, 'shape': list(array.shape), 'data_offsets': [len(data), len(data) + len(raw)]}
        data += raw
    return fields, data


fields, data = whole(TENSORS)
expected = [{'name': name, 'dtype': dtype, 'shape': list(array.shape), 'values': plain(array)}
            for name, dtype, array, _ in TENSORS]
metadata = fields['__metadata__']
spread = json.dumps(fields, indent=2)
reverse = json.dumps(dict(reversed(fields.items())), separators=(',', ':'), ensure_ascii=False)
accept = [
    {'name': 'escaped ASCII', 'file': build(json.dumps(fields), data), 'metadata': metadata, 'tensors': expected},
    {'name': 'UTF-8, keys in reverse', 'file': build(reverse, data, 5), 'metadata': metadata,
     'tensors': expected[::-1]},
    {'name': 'blanks and new lines', 'file': build(spread, data, 3), 'metadata': metadata, 'tensors': expected},
    {'name': 'nothing', 'file': build('{}'), 'metadata': {}, 'tensors': []},
    {'name': 'metadata alone', 'file': build('{"__metadata__":{"a":""}}'), 'metadata': {'a': ''}, 'tensors': []},
]
for item in accept:
    item['base64'] = base64.b64encode(item.pop('file')).decode()

# What encodeSafetensors is to write, byte for byte: larger elements first, then by name, padded to 8.
ORDER = ['counter', 'scalar', 'w', 'empty', 'single', 'steps', 'bytes', 'mask']
by_name = {tensor[0]: tensor for tensor in TENSORS}
fields, data = whole([by_name[name] for name in ORDER])
fields['__metadata__'] = dict(sorted(fields['__metadata__'].items()))
text = json.dumps(fields, separators=(',', ':'), ensure_ascii=False)
encoded = build(text, data, -len(text.encode()) % 8)

# All halves, as numpy widens them; NaN has one pattern here.
halves = np.arange(65536, dtype='<u2').view('<f2').astype('<f4')
halves[np.isnan(halves)] = np.nan
brains = (np.arange(65536, dtype='<u4') << 16).astype('<u4').view('<f4').copy()
brains[np.isnan(brains)] = np.nan

OUT.write_text(json.dumps({
    'source': f'the specification of safetensors, by hand; elements by numpy {np.__version__}',
    'accept': accept,
    'encoded': base64.b64encode(encoded).decode(),
    'sha256': {'F16': hashlib.sha256(halves.tobytes()).hexdigest(),
               'BF16': hashlib.sha256(brains.tobytes()).hexdigest()},
}, indent=1) + '\n')
