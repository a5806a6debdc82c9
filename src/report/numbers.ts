// Numbers as people read them, and round places for ticks.

/** U+2212: as wide as '+', and not broken at line ends. */
const MINUS = '\u2212'
const SUPERSCRIPTS = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'
const SUBSCRIPTS = '\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089'

/** A number to so many significant digits: 12,500 or 0.25 or 3.1 x 10^-7 with a real superscript. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value).replace('-', MINUS).replace('Infinity', '\u221e')
  if (value === 0) return '0'
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  if (power < -3 || power > 6) {
    const factor = String(Number(mantissa)).replace('-', MINUS)
    const ten = `10${superscript(power)}`
    return factor === '1' ? ten : `${factor}\u00d7${ten}`
  }
  // Through the mantissa, because toFixed alone would keep more digits than asked for.
  const [whole, fraction] = String(Math.abs(Number(`${mantissa}e${power}`))).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  return `${value < 0 ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

/** An integer as superscript. */
export function superscript(integer: number): string {
  return shifted(integer, SUPERSCRIPTS, '\u207b')
}

/** An integer as subscript. */
export function subscript(integer: number): string {
  return shifted(integer, SUBSCRIPTS, '\u208b')
}

function shifted(integer: number, digits: string, minus: string): string {
  return [...String(integer)].map((digit) => (digit === '-' ? minus : digits[Number(digit)])).join('')
}

/** Multiples of 1, 2 or 5 times a power of ten within `[low, high]`, about `count` of them; integers if asked. */
export function linearTicks(low: number, high: number, count: number, integers = false): number[] {
  const rough = (high - low) / count
  if (!(rough > 0 && Number.isFinite(rough))) return [low]
  const power = Math.floor(Math.log10(rough))
  const lead = rough / 10 ** power
  const factor = lead < Math.SQRT2 ? 1 : lead < Math.sqrt(10) ? 2 : lead < Math.sqrt(50) ? 5 : 10
  const exponent = integers ? Math.max(0, power) : power
  const step = integers && power < 0 ? 1 : factor
  const ticks: number[] = []
  const first = Math.ceil(low / (step * 10 ** exponent) - 1e-9)
  const last = Math.floor(high / (step * 10 ** exponent) + 1e-9)
  // A decimal literal rounds once; k * step * 0.1 would not print as a round number.
  for (let k = first; k <= last; k++) ticks.push(Number(`${k * step}e${exponent}`))
  return ticks
}

/** Ticks for a logarithmic axis: powers of ten, every so many; within two decades also 2 and 5, or linear ticks. */
export function logTicks(low: number, high: number, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  if (Math.log10(high / low) < 0.8) return linearTicks(low, high, count).filter((tick) => tick > 0)
  if (last - first < 2) {
    const ticks: number[] = []
    for (let power = first - 1; power <= last; power++) {
      for (const factor of [1, 2, 5]) ticks.push(Number(`${factor}e${power}`))
    }
    return ticks.filter((tick) => tick >= low && tick <= high)
  }
  const every = [1, 2, 3, 4, 5, 6, 10, 20, 50, 100].find((step) => (last - first) / step <= count) ?? 200
  const ticks: number[] = []
  for (let power = Math.ceil(first / every) * every; power <= last; power += every) ticks.push(Number(`1e${power}`))
  return ticks
}
