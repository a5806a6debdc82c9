// Placing and wrapping of labels. Fonts cannot be measured without a browser, so widths are estimates on the safe side.

/** The width of a text in pixels in a sans-serif font, somewhat over-estimated. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0
  for (const letter of text)
    ems += /[ijl.,:;'|!()[\] ]/.test(letter) ? 0.35 : /[mwMW@%\u2e80-\uffff]/.test(letter) ? 1 : 0.6
  return ems * fontSize
}

/** Breaks a text into lines of at most `width` pixels; what does not fit into `most` lines ends in an ellipsis. */
export function wrapText(text: string, width: number, fontSize: number, most: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap((word) => pieces(word, width, fontSize))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, fontSize) > width) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  if (line !== '') lines.push(line)
  if (lines.length <= most) return lines
  return [...lines.slice(0, most - 1), shortened(lines.slice(most - 1).join(' '), width, fontSize)]
}

/** Cuts a text to `width` pixels, with an ellipsis where anything was cut. */
export function shortened(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text
  const letters = [...text]
  while (letters.length > 1 && textWidth(`${letters.join('')}\u2026`, fontSize) > width) letters.pop()
  return `${letters.join('').trimEnd()}\u2026`
}

/** A word longer than a line, in pieces that fit. */
function pieces(word: string, width: number, fontSize: number): string[] {
  if (textWidth(word, fontSize) <= width) return word === '' ? [] : [word]
  const parts: string[] = ['']
  for (const letter of word) {
    if (textWidth(parts[parts.length - 1] + letter, fontSize) > width) parts.push('')
    parts[parts.length - 1] += letter
  }
  return parts
}

/**
 * Moves labels apart along one axis: the centres nearest to `wanted` (least squares) that keep the order of `wanted`,
 * do not overlap and stay within `[low, high]`. Where they do not all fit, they overlap evenly.
 *
 * With the widths taken out of the positions, "no overlap" is "not descending", and pooling neighbours that violate it
 * into their mean solves that.
 *
 * @param wanted centres, ascending
 * @param sizes extent of each label along the axis
 */
export function spread(wanted: readonly number[], sizes: readonly number[], low: number, high: number): number[] {
  const count = wanted.length
  if (count === 0) return []
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const squeeze = Math.min(1, (high - low) / total)
  // offsets[i]: where the centre of label i lies if all labels stand side by side from 0.
  const offsets: number[] = []
  let edge = 0
  for (const size of sizes) {
    offsets.push((edge + size / 2) * squeeze)
    edge += size
  }
  const pools: { mean: number; count: number }[] = []
  for (let i = 0; i < count; i++) {
    let pool = { mean: wanted[i] - offsets[i], count: 1 }
    while (pools.length > 0 && pools[pools.length - 1].mean >= pool.mean) {
      const left = pools.pop() as { mean: number; count: number }
      const both = left.count + pool.count
      pool = { mean: (left.mean * left.count + pool.mean * pool.count) / both, count: both }
    }
    pools.push(pool)
  }
  const slack = Math.max(low, high - total * squeeze)
  return pools
    .flatMap(({ mean, count: size }) => new Array<number>(size).fill(Math.min(slack, Math.max(low, mean))))
    .map((start, i) => start + offsets[i])
}
