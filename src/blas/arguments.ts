// Checks of BLAS arguments. Every message names the routine and the position of the argument, counted from 1 as in XERBLA:
// "dgemm: argument 9 (lda) must be at least 5, got 4". All checks come before anything is read or written.
import { describe, isDetached } from '../check.js'
import {
  type DeepLinearError,
  DTypeError,
  type ErrorDetails,
  OptionError,
  RangeArgError,
  ShapeError,
} from '../errors.js'
import type { DType } from '../kernels/kernels.js'

/** Storage of matrices: rows or columns one behind the other. */
export type Order = 'row-major' | 'column-major'

/** op(A): A or A'. Conjugation does nothing to real numbers. */
export type Transpose = 'no-transpose' | 'transpose' | 'conjugate-transpose'

/** The array of an element type. */
export type ElementArray<T extends DType> = T extends 'float64' ? Float64Array : Float32Array

type Fault = new (message: string, details?: ErrorDetails) => DeepLinearError

const ORDERS: readonly unknown[] = ['row-major', 'column-major']
const TRANSPOSES: readonly unknown[] = ['no-transpose', 'transpose', 'conjugate-transpose']

/** The checks of one routine. */
export interface Checks {
  /** True for column-major. */
  order(position: number, value: Order): boolean
  /** True for a transpose of either kind. */
  transpose(position: number, name: string, value: Transpose): boolean
  /** A number of rows, columns or terms. */
  size(position: number, name: string, value: number): number
  /** A number of elements of level 1, where less than 1 means: do nothing. */
  count(position: number, name: string, value: number): number
  /** A step between elements: any integer but 0. */
  increment(position: number, name: string, value: number): number
  /** Any number, NaN and infinities among them. */
  scalar(position: number, name: string, value: number): number
  /** A step between lines of `width` elements. */
  lead(position: number, name: string, value: number, width: number): number
  /** An array that holds `lines` lines of `width` elements, `lead` apart. */
  matrix(position: number, name: string, value: unknown, lines: number, width: number, lead: number): void
  /** An array that holds n elements, |increment| apart. */
  vector(position: number, name: string, value: unknown, n: number, increment: number): void
}

/** The checks of `routine`, whose arrays have element type `dtype`. */
export function checks(routine: string, dtype: DType): Checks {
  const fault = (Kind: Fault, position: number, name: string, text: string) =>
    new Kind(`${routine}: argument ${position} (${name}) ${text}`, { argument: name, data: { routine, position } })

  function integer(position: number, name: string, value: unknown): number {
    if (typeof value !== 'number') {
      throw fault(DTypeError, position, name, `must be an integer, got ${describe(value)}`)
    }
    if (!Number.isSafeInteger(value)) throw fault(RangeArgError, position, name, `must be an integer, got ${value}`)
    return value
  }

  function array(position: number, name: string, value: unknown, needed: number, why: string): void {
    const Kind = dtype === 'float64' ? Float64Array : Float32Array
    if (!(value instanceof Kind)) {
      throw fault(DTypeError, position, name, `must be a ${Kind.name}, got ${describe(value)}`)
    }
    if (Object.prototype.toString.call(value.buffer) === '[object SharedArrayBuffer]') {
      throw fault(
        DTypeError,
        position,
        name,
        'must not lie in shared memory, which may change while it is read; copy it',
      )
    }
    if (value.length === 0 && isDetached(value)) {
      throw fault(DTypeError, position, name, 'is gone: its buffer was detached')
    }
    if (value.length < needed) {
      throw fault(ShapeError, position, name, `must have at least ${needed} elements (${why}), got ${value.length}`)
    }
  }

  return {
    order(position, value) {
      if (!ORDERS.includes(value)) {
        throw fault(OptionError, position, 'order', `must be 'row-major' or 'column-major', got ${describe(value)}`)
      }
      return value === 'column-major'
    },
    transpose(position, name, value) {
      if (!TRANSPOSES.includes(value)) {
        const words = "'no-transpose', 'transpose' or 'conjugate-transpose'"
        throw fault(OptionError, position, name, `must be ${words}, got ${describe(value)}`)
      }
      return value !== 'no-transpose'
    },
    size(position, name, value) {
      const size = integer(position, name, value)
      if (size < 0) throw fault(RangeArgError, position, name, `must be at least 0, got ${size}`)
      return size
    },
    count: (position, name, value) => Math.max(0, integer(position, name, value)),
    increment(position, name, value) {
      const step = integer(position, name, value)
      if (step === 0) throw fault(RangeArgError, position, name, 'must not be 0')
      return step
    },
    scalar(position, name, value) {
      if (typeof value !== 'number') {
        throw fault(DTypeError, position, name, `must be a number, got ${describe(value)}`)
      }
      return value
    },
    lead(position, name, value, width) {
      const lead = integer(position, name, value)
      if (lead < Math.max(1, width)) {
        const Kind = lead < 1 ? RangeArgError : ShapeError
        throw fault(Kind, position, name, `must be at least ${Math.max(1, width)}, the width of a line, got ${lead}`)
      }
      return lead
    },
    matrix(position, name, value, lines, width, lead) {
      const needed = lines === 0 || width === 0 ? 0 : (lines - 1) * lead + width
      array(position, name, value, needed, `${lines} lines of ${width}, ${lead} apart`)
    },
    vector(position, name, value, n, increment) {
      const needed = n === 0 ? 0 : 1 + (n - 1) * Math.abs(increment)
      array(position, name, value, needed, `${n} elements, ${increment} apart`)
    },
  }
}
