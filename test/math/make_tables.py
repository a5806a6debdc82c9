"""src/math/tables.ts and assembly/elementary/tables.ts: the constants of exp and log, from mpmath with 200 bits.

Run: python3 test/math/make_tables.py && npx biome format --write src/math/tables.ts
"""
import math
import os
import textwrap

import mpmath as mp

mp.mp.prec = 200


def fixed(x):
    """x as head * 2^-43 + tail * 2^-85, both integers."""
    total = int(mp.nint(x * 2**85))
    head = (total + 2**41) >> 42
    return head, total - (head << 42)


def pair(x):
    """x as its nearest float64 and a short decimal for what is left."""
    head = float(x)
    return "Math.SQRT2" if head == math.sqrt(2) else repr(head), mp.nstr(x - head, 7, min_fixed=0, max_fixed=0)


def logarithms():
    for n in range(128, 257):
        # From 182 on, n / 256 lies above sqrt(1/2); the others belong to the next power of two.
        yield from fixed(-mp.log(mp.mpf(n) / (256 if n > 181 else 128)))


def powers():
    for j in range(64):
        yield from pair(mp.power(2, mp.mpf(j) / 64))


def data(numbers, width):
    """A float64 literal each, in lines of `width` characters."""
    literals = (f"{float(mp.sqrt(2) if x == 'Math.SQRT2' else x)!r}" for x in map(str, numbers))
    return textwrap.fill(", ".join(literals), width, initial_indent="  ", subsequent_indent="  ")


step = mp.log(2) / 64
step_head = int(mp.nint(step * 2**43))
ln2 = fixed(mp.log(2))
text = f"""\
// Written by test/math/make_tables.py from mpmath with 200 bits; test/math derives every number again in integers.

/** ln 2 = (LN2_HEAD + LN2_TAIL / 2^42) / 2^43 to 85 binary places, in integers. */
export const LN2_HEAD = {ln2[0]}
export const LN2_TAIL = {ln2[1]}

/** ln(2) / 64 = STEP_HEAD / 2^43 + STEP_TAIL: the head is an integer of 37 bits, the tail a float64. */
export const STEP_HEAD = {step_head}
export const STEP_TAIL = {float(step - mp.mpf(step_head) / 2**43)!r}

/**
 * Head and tail of -ln(n / 256) for n = 182..256 and of -ln(n / 128) for n = 128..181, in the units of LN2_HEAD and
 * LN2_TAIL; the pair of n begins at 2 (n - 128).
 */
export const LOGARITHMS = new Float64Array([{", ".join(map(str, logarithms()))}])

/** 2^(j / 64) for j = 0..63: the nearest float64, then the rest to 7 digits. */
export const POWERS = new Float64Array([{", ".join(powers())}])
"""
with open(os.path.join(os.path.dirname(__file__), "../../src/math/tables.ts"), "w") as file:
    file.write(text)

kernels = f"""\
// Written by test/math/make_tables.py: the numbers of src/math/tables.ts, where their meaning stands. All are pointers to
// static data in the reserved low memory.

// @ts-ignore: decorator
@inline export const TWO_M43: usize = memory.data<f64>([1.0 / 8796093022208.0], 8);
// @ts-ignore: decorator
@inline export const TWO_M85: usize = memory.data<f64>([1.0 / 8796093022208.0 / 4398046511104.0], 8);
// @ts-ignore: decorator
@inline export const LN2_HEAD: usize = memory.data<f64>([{ln2[0]}.0], 8);
// @ts-ignore: decorator
@inline export const LN2_TAIL: usize = memory.data<f64>([{ln2[1]}.0], 8);
// @ts-ignore: decorator
@inline export const STEP_HEAD: usize = memory.data<f64>([{step_head}.0], 8);
// @ts-ignore: decorator
@inline export const STEP_TAIL: usize = memory.data<f64>([{float(step - mp.mpf(step_head) / 2**43)!r}], 8);

// @ts-ignore: decorator
@inline
export const LOGARITHMS: usize = memory.data<f64>([
{data(logarithms(), 120)}
], 64);

// @ts-ignore: decorator
@inline
export const POWERS: usize = memory.data<f64>([
{data(powers(), 120)}
], 64);
"""
with open(os.path.join(os.path.dirname(__file__), "../../assembly/elementary/tables.ts"), "w") as file:
    file.write(kernels)
