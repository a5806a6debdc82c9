// Numbers of twice the precision as unevaluated sums head + tail. Each function gives the rounding error of one
// operation, itself a float64: the caller holds both parts in locals, so that nothing is allocated.

/** 2^27 + 1: cuts 53 bits into two halves of 26 (the sign of the lower one is the missing bit). */
const SPLITTER = 0x8000001

/**
 * What `a + b` lost in rounding to `sum`, exactly, where a is 0 or |a| >= |b|.
 *
 * @example sumTail(1, 2 ** -60, 1) // -> 2 ** -60
 */
export function sumTail(a: number, b: number, sum: number): number {
  return b - (sum - a)
}

/**
 * What `a * b` lost in rounding to `product`, exactly: the partial products of the halves have at most 53 bits.
 *
 * @param a below 2^996 in size, like b; the result is exact unless a partial product underflows
 * @example productTail(1 + 2 ** -30, 1 + 2 ** -30, 1 + 2 ** -29) // -> 2 ** -60
 */
export function productTail(a: number, b: number, product: number): number {
  const aShift = a * SPLITTER
  const aTop = aShift - (aShift - a)
  const aLow = a - aTop
  const bShift = b * SPLITTER
  const bTop = bShift - (bShift - b)
  const bLow = b - bTop
  return aTop * bTop - product + aTop * bLow + aLow * bTop + aLow * bLow
}
