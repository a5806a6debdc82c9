// The values that fields of a configuration have in common.
import * as z from 'zod'

/** > 0. */
export const positive = z.number().positive()
/** >= 0. */
export const nonnegative = z.number().nonnegative()
/** 0 <= value < 1. */
export const fraction = z.number().min(0).lt(1)
/** 1, 2, ... */
export const count = z.int().min(1)
export const seed = z.int().min(0).describe('seed, an integer of at least 0')

export const matrix = z
  .array(z.array(z.number()).min(1))
  .min(1)
  .refine((rows) => rows.every((row) => row.length === rows[0].length), { error: 'must have rows of equal length' })
  .meta({ id: 'matrix', description: 'a matrix as an array of its rows' })
export const mask = z
  .array(z.array(z.int().min(0).max(1)).min(1))
  .min(1)
  .refine((rows) => rows.every((row) => row.length === rows[0].length), { error: 'must have rows of equal length' })
  .meta({ id: 'mask', description: 'a matrix of 0 and 1 as an array of its rows' })
export const numbers = z.array(z.number()).min(1)
