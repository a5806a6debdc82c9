// A matrix as shades: two hues for the two signs, paler towards zero. One pixel a cell; the style sheet makes the cells large.
import type { PictureView } from '../sim/protocol.js'
import type { Palette } from './palette.js'

type Rgb = readonly [number, number, number]

/** '#rrggbb' as numbers. */
export function rgb(color: string): Rgb {
  const value = Number.parseInt(color.replace('#', ''), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** 511 shades from the most negative over zero to the most positive. */
export function shades({ negative, zero, positive }: Palette): Uint8ClampedArray<ArrayBuffer> {
  const table = new Uint8ClampedArray(511 * 4)
  const [low, middle, high] = [negative, zero, positive].map(rgb)
  for (let i = 0; i < 511; i++) {
    const part = Math.abs(i - 255) / 255
    const end = i < 255 ? low : high
    for (let c = 0; c < 3; c++) table[4 * i + c] = middle[c] + part * (end[c] - middle[c])
    table[4 * i + 3] = 255
  }
  return table
}

/** Colours of one matrix; `limit` is what has the full hue. */
export function paintHeat(
  image: ImageData,
  cells: Float32Array,
  { offset }: PictureView,
  limit: number,
  table: Uint8ClampedArray,
): void {
  const { data } = image
  const count = image.width * image.height
  for (let i = 0; i < count; i++) {
    const part = Math.max(-1, Math.min(1, cells[offset + i] / limit)) || 0
    const at = 4 * (255 + Math.round(255 * Math.sign(part) * Math.sqrt(Math.abs(part))))
    data[4 * i] = table[at]
    data[4 * i + 1] = table[at + 1]
    data[4 * i + 2] = table[at + 2]
    data[4 * i + 3] = 255
  }
}

/** The entry of largest size, for matrices without a limit. */
export function largest(cells: Float32Array, { offset, rows, columns }: PictureView): number {
  let most = 0
  for (let i = offset; i < offset + rows * columns; i++) most = Math.max(most, Math.abs(cells[i]))
  return most
}
