// Level 1: vectors. n below 1 does nothing. A negative increment takes a vector backwards, from its far end in memory; scal, asum
// and iamax do nothing then, as in the reference BLAS.
import type { EngineCore } from '../engine/core.js'
import type { DType } from '../kernels/kernels.js'
import { checks, type ElementArray } from './arguments.js'
import { staged, vectorOperand } from './staging.js'

/** Level 1 of one element type, names without its letter. */
export interface Level1<T extends DType> {
  /** sum x_i y_i, summed in float64 for both element types. */
  dot(n: number, x: ElementArray<T>, incx: number, y: ElementArray<T>, incy: number): number
  /** y := y + alpha x. */
  axpy(n: number, alpha: number, x: ElementArray<T>, incx: number, y: ElementArray<T>, incy: number): void
  /** x := alpha x. */
  scal(n: number, alpha: number, x: ElementArray<T>, incx: number): void
  /** sqrt(sum x_i^2), without overflow or underflow on the way. */
  nrm2(n: number, x: ElementArray<T>, incx: number): number
  /** sum |x_i|. */
  asum(n: number, x: ElementArray<T>, incx: number): number
  /** Index, counted from 0, of the first element of largest magnitude; -1 when there is none. */
  iamax(n: number, x: ElementArray<T>, incx: number): number
  /** y := x. */
  copy(n: number, x: ElementArray<T>, incx: number, y: ElementArray<T>, incy: number): void
  /** x and y change places. */
  swap(n: number, x: ElementArray<T>, incx: number, y: ElementArray<T>, incy: number): void
}

/** Level 1 over an engine. */
export function makeLevel1<T extends DType>(engine: () => EngineCore, dtype: T): Level1<T> {
  const double = dtype === 'float64'
  const letter = double ? 'd' : 's'

  /** The checked arguments of a routine on two vectors; positions from that of x. */
  function two(routine: string, n: number, at: number, x: unknown, incx: number, y: unknown, incy: number) {
    const check = checks(letter + routine, dtype)
    const count = check.count(1, 'n', n)
    check.increment(at + 1, 'incx', incx)
    check.increment(at + 3, 'incy', incy)
    check.vector(at, 'x', x, count, incx)
    check.vector(at + 2, 'y', y, count, incy)
    return { check, count }
  }

  /** The same on one vector; 0 elements where the reference BLAS does nothing for a negative increment. */
  function one(routine: string, n: number, at: number, x: unknown, incx: number, backwards: boolean) {
    const check = checks(routine, dtype)
    const count = check.count(1, 'n', n)
    check.increment(at + 1, 'incx', incx)
    check.vector(at, 'x', x, count, incx)
    return { check, count: incx < 0 && !backwards ? 0 : count }
  }

  return {
    dot(n, x, incx, y, incy) {
      const { count } = two('dot', n, 2, x, incx, y, incy)
      if (count === 0) return 0
      const operands = [vectorOperand(x, count, incx), vectorOperand(y, count, incy)]
      return staged(engine(), dtype, operands, 0, (kernels, [px, py]) =>
        (double ? kernels.ddot : kernels.sdot)(count, px, 1, py, 1),
      )
    },
    axpy(n, alpha, x, incx, y, incy) {
      const { check, count } = two('axpy', n, 3, x, incx, y, incy)
      check.scalar(2, 'alpha', alpha)
      if (count === 0) return
      const operands = [vectorOperand(x, count, incx), vectorOperand(y, count, incy, true)]
      staged(engine(), dtype, operands, 0, (kernels, [px, py]) =>
        (double ? kernels.daxpy : kernels.saxpy)(count, alpha, px, 1, py, 1),
      )
    },
    scal(n, alpha, x, incx) {
      const { check, count } = one(`${letter}scal`, n, 3, x, incx, false)
      check.scalar(2, 'alpha', alpha)
      if (count === 0) return
      staged(engine(), dtype, [vectorOperand(x, count, incx, true)], 0, (kernels, [px]) =>
        (double ? kernels.dscal : kernels.sscal)(count, alpha, px, 1),
      )
    },
    nrm2(n, x, incx) {
      const { count } = one(`${letter}nrm2`, n, 2, x, incx, true)
      if (count === 0) return 0
      return staged(engine(), dtype, [vectorOperand(x, count, incx)], 0, (kernels, [px]) =>
        (double ? kernels.dnrm2 : kernels.snrm2)(count, px, 1),
      )
    },
    asum(n, x, incx) {
      const { count } = one(`${letter}asum`, n, 2, x, incx, false)
      if (count === 0) return 0
      return staged(engine(), dtype, [vectorOperand(x, count, incx)], 0, (kernels, [px]) =>
        (double ? kernels.dasum : kernels.sasum)(count, px, 1),
      )
    },
    iamax(n, x, incx) {
      const { count } = one(`i${letter}amax`, n, 2, x, incx, false)
      if (count === 0) return -1
      return staged(engine(), dtype, [vectorOperand(x, count, incx)], 0, (kernels, [px]) =>
        (double ? kernels.idamax : kernels.isamax)(count, px, 1),
      )
    },
    copy(n, x, incx, y, incy) {
      const { count } = two('copy', n, 2, x, incx, y, incy)
      if (count === 0) return
      const operands = [vectorOperand(x, count, incx), { ...vectorOperand(y, count, incy, true), read: false }]
      staged(engine(), dtype, operands, 0, (kernels, [px, py]) =>
        (double ? kernels.dcopy : kernels.scopy)(count, px, 1, py, 1),
      )
    },
    swap(n, x, incx, y, incy) {
      const { count } = two('swap', n, 2, x, incx, y, incy)
      if (count === 0) return
      const operands = [vectorOperand(x, count, incx, true), vectorOperand(y, count, incy, true)]
      staged(engine(), dtype, operands, 0, (kernels, [px, py]) =>
        (double ? kernels.dswap : kernels.sswap)(count, px, 1, py, 1),
      )
    },
  }
}
