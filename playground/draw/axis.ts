// Axes: from numbers to pixels, and where the ticks stand.
import type { AxisView } from '../sim/protocol.js'

export interface Tick {
  readonly value: number
  readonly label: string
}

/** Pixels of a value, along an axis from `from` to `to`; NaN where a logarithm has none. */
export function project({ scale, min, max }: AxisView, from: number, to: number): (value: number) => number {
  if (scale === 'linear') {
    const unit = (to - from) / (max - min || 1)
    return (value) => from + (value - min) * unit
  }
  const [low, high] = [Math.log(min), Math.log(max)]
  const unit = (to - from) / (high - low || 1)
  return (value) => (value > 0 ? from + (Math.log(value) - low) * unit : Number.NaN)
}

/** About `count` ticks at round numbers. */
export function ticks(axis: AxisView, count: number): Tick[] {
  return axis.scale === 'log' ? decades(axis, count) : round(axis, count)
}

function round({ min, max }: AxisView, count: number): Tick[] {
  const rough = (max - min) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const found: Tick[] = []
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max * (1 + 1e-12) + 1e-12 * step; i++) {
    found.push({ value: i * step, label: label(i * step, digits) })
  }
  return found
}

function label(value: number, digits: number): string {
  if (digits > 4 || Math.abs(value) >= 1e5)
    return value === 0 ? '0' : value.toExponential(0).replace('e+', 'e').replace('e-', 'e\u2212')
  return value.toFixed(digits).replace('-', '\u2212')
}

const SUPERSCRIPT = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'

export function powerOfTen(exponent: number): string {
  if (exponent >= 0 && exponent <= 3) return String(10 ** exponent)
  if (exponent < 0 && exponent >= -2) return (10 ** exponent).toFixed(-exponent)
  return `10${exponent < 0 ? '\u207b' : ''}${String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)])}`
}

function decades({ min, max }: AxisView, count: number): Tick[] {
  const [low, high] = [Math.ceil(Math.log10(min) - 1e-9), Math.floor(Math.log10(max) + 1e-9)]
  const every = Math.max(1, Math.ceil((high - low + 1) / Math.max(1, count)))
  const found: Tick[] = []
  for (let exponent = low; exponent <= high; exponent += every)
    found.push({ value: 10 ** exponent, label: powerOfTen(exponent) })
  return found
}
