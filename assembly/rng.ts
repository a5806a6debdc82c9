// Standard normal numbers: Threefry-2x32, four counters at a time, an open uniform of 52 bits each, and the inverse of the
// normal distribution function (AS 241). The bits are those of src/random: value i depends on the key and on i alone.
import { log } from './elementary/log';
import { at, both, HALF, linear, minus, ONE, over, plus, select, SIGN, storeOne, storePair, times, TWO_52 } from './elementary/lanes';

/** Elements that one call of the inner loop takes; a multiple of 4. */
// @ts-ignore: decorator
@inline const CHUNK: i32 = 512;
/** The Skein key-schedule constant. */
// @ts-ignore: decorator
@inline const PARITY: i32 = 0x1bd11bda;

/** |p - 1/2| up to here is the middle. */
// @ts-ignore: decorator
@inline const MIDDLE_HALF: usize = memory.data<f64>([0.425], 8);
// @ts-ignore: decorator
@inline const MIDDLE_SQUARE: usize = memory.data<f64>([0.180625], 8);
// @ts-ignore: decorator
@inline const NEAR: usize = memory.data<f64>([1.6], 8);
// @ts-ignore: decorator
@inline const FAR: usize = memory.data<f64>([5.0], 8);
// @ts-ignore: decorator
@inline const TWO_M52: usize = memory.data<f64>([1.0 / 4503599627370496.0], 8);
/** For |p - 1/2| <= 0.425, in 0.180625 - (p - 1/2)^2. */
// @ts-ignore: decorator
@inline const MIDDLE: usize = memory.data<f64>([
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227, 1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751,
  21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854
], 8);
/** For distance = sqrt(-ln t) <= 5 of the tail probability t, in distance - 1.6. */
// @ts-ignore: decorator
@inline const NEAR_TAIL: usize = memory.data<f64>([
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 7.745450142783414e-4, 1.0, 2.053191626637759, 1.6763848301838038,
  0.6897673349851, 0.14810397642748008, 0.015198666563616457, 5.475938084995345e-4, 1.0507500716444169e-9
], 8);
/** For distance > 5, in distance - 5. */
// @ts-ignore: decorator
@inline const FAR_TAIL: usize = memory.data<f64>([
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7, 1.0, 0.599832206555888, 0.1369298809227358,
  0.014875361290850615, 7.868691311456133e-4, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15
], 8);

/** One block of Threefry-2x32 with 20 rounds; the second word is the upper half. */
function threefry(k0: i32, k1: i32, c0: i32, c1: i32): u64 {
  const k2 = k0 ^ k1 ^ PARITY;
  let a = c0 + k0;
  let b = c1 + k1;
  for (let group = 1; group <= 5; ++group) {
    if (group & 1) {
      a += b; b = rotl<i32>(b, 13) ^ a;
      a += b; b = rotl<i32>(b, 15) ^ a;
      a += b; b = rotl<i32>(b, 26) ^ a;
      a += b; b = rotl<i32>(b, 6) ^ a;
    } else {
      a += b; b = rotl<i32>(b, 17) ^ a;
      a += b; b = rotl<i32>(b, 29) ^ a;
      a += b; b = rotl<i32>(b, 16) ^ a;
      a += b; b = rotl<i32>(b, 24) ^ a;
    }
    // Group g injects subkeys g mod 3 and (g + 1) mod 3.
    const which = group % 3;
    a += which == 0 ? k0 : which == 1 ? k1 : k2;
    b += (which == 0 ? k1 : which == 1 ? k2 : k0) + group;
  }
  return (<u64>(<u32>b) << 32) | <u64>(<u32>a);
}

/** a and b of four blocks after one round. */
// @ts-ignore: decorator
@inline
function turn(a: v128, b: v128, count: i32): v128 {
  return v128.xor(v128.or(i32x4.shl(b, count), i32x4.shr_u(b, 32 - count)), a);
}

/** The first 52 bits of two blocks as (k + 1/2) 2^-52: in (0, 1), never 0 or 1. */
// @ts-ignore: decorator
@inline
function openUniform(first: v128, second: v128): v128 {
  // Integers below 2^52 in the fraction of 2^52 + k; every step is exact.
  const bits = v128.or(i64x2.shl(first, 20), i64x2.shr_u(second, 12));
  const k = minus(v128.or(bits, at(TWO_52)), at(TWO_52));
  return times(plus(k, at(HALF)), at(TWO_M52));
}

/** Numerator and denominator of degree 7 at the table p, constant terms first. */
// @ts-ignore: decorator
@inline
function rational(x: v128, p: usize): v128 {
  return over(horner(x, p), horner(x, p + 64));
}

// @ts-ignore: decorator
@inline
function horner(x: v128, p: usize): v128 {
  const upper = linear(linear(linear(at(p + 56), x, p + 48), x, p + 40), x, p + 32);
  return linear(linear(linear(linear(upper, x, p + 24), x, p + 16), x, p + 8), x, p);
}

/** The quantile where |q| > 0.425 in a lane, q = p - 1/2; the other lane holds some finite number. */
function tail(p: v128, q: v128): v128 {
  const below = f64x2.lt(q, both(0.0));
  const distance = f64x2.sqrt(f64x2.neg(log(select(p, minus(at(ONE), p), below))));
  const near = minus(distance, at(NEAR));
  let z = rational(near, NEAR_TAIL);
  // Beyond the probability e^-25: once in 4 10^10 numbers.
  const distant = f64x2.gt(distance, at(FAR));
  if (v128.any_true(distant)) z = select(rational(minus(distance, at(FAR)), FAR_TAIL), z, distant);
  return v128.or(z, v128.and(below, at(SIGN)));
}

/** z with P(Z <= z) = p, for p in (0, 1). */
function quantile(p: v128): v128 {
  const q = minus(p, at(HALF));
  const x = minus(at(MIDDLE_SQUARE), times(q, q));
  const middle = times(q, rational(x, MIDDLE));
  const outside = f64x2.gt(f64x2.abs(q), at(MIDDLE_HALF));
  return v128.any_true(outside) ? select(tail(p, q), middle, outside) : middle;
}

/** c_i := alpha z_(index + i) for i < n. */
function normalRun<T>(n: i32, index: i32, k0: i32, k1: i32, alpha: f64, c: usize): void {
  const s0 = i32x4.splat(k0);
  const s1 = i32x4.splat(k1);
  const s2 = i32x4.splat(k0 ^ k1 ^ PARITY);
  const scale = both(alpha);
  for (; n > 0; n -= 4) {
    // The upper word of the counter is 0: n is below 2^31.
    let a = s0;
    let b = i32x4.add(i32x4.add(i32x4.splat(index), i32x4(0, 1, 2, 3)), s1);
    for (let group = 1; group <= 5; ++group) {
      if (group & 1) {
        a = i32x4.add(a, b); b = turn(a, b, 13);
        a = i32x4.add(a, b); b = turn(a, b, 15);
        a = i32x4.add(a, b); b = turn(a, b, 26);
        a = i32x4.add(a, b); b = turn(a, b, 6);
      } else {
        a = i32x4.add(a, b); b = turn(a, b, 17);
        a = i32x4.add(a, b); b = turn(a, b, 29);
        a = i32x4.add(a, b); b = turn(a, b, 16);
        a = i32x4.add(a, b); b = turn(a, b, 24);
      }
      const which = group % 3;
      a = i32x4.add(a, which == 0 ? s0 : which == 1 ? s1 : s2);
      b = i32x4.add(b, i32x4.add(which == 0 ? s1 : which == 1 ? s2 : s0, i32x4.splat(group)));
    }
    const low = times(scale, quantile(openUniform(i64x2.extend_low_i32x4_u(a), i64x2.extend_low_i32x4_u(b))));
    const high = times(scale, quantile(openUniform(i64x2.extend_high_i32x4_u(a), i64x2.extend_high_i32x4_u(b))));
    if (n >= 4) {
      storePair<T>(c, low);
      storePair<T>(c + 2 * sizeof<T>(), high);
    } else {
      if (n == 1) storeOne<T>(c, low);
      else storePair<T>(c, low);
      if (n == 3) storeOne<T>(c + 2 * sizeof<T>(), high);
    }
    index += 4;
    c += 4 * sizeof<T>();
  }
}

/** c_i := r(alpha z_i), z_i the standard normal number i of the key (k0, k1) folded with `step`, an integer below 2^53. */
export function normal<T>(n: i32, k0: i32, k1: i32, step: f64, alpha: f64, c: usize): void {
  const number = <u64>step;
  const folded = threefry(k0, k1, <i32>(number >> 32), <i32>number);
  const f0 = <i32>folded;
  const f1 = <i32>(folded >> 32);
  let index = 0;
  for (; n - index > CHUNK; index += CHUNK) {
    normalRun<T>(CHUNK, index, f0, f1, alpha, c);
    c += CHUNK * sizeof<T>();
  }
  normalRun<T>(n - index, index, f0, f1, alpha, c);
}
