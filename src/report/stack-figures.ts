// Several figures in one file.
import { FormatError } from '../errors.js'

/** Figures below one another as one SVG file; a single one is left as it is. @internal */
export function stackFigures(figures: readonly string[]): string {
  if (figures.length === 1) return figures[0]
  let [width, height] = [0, 0]
  const placed = figures.map((figure) => {
    const size = /<svg\b[^>]*\bviewBox="0 0 (\d+) (\d+)"/.exec(figure)
    if (size === null) throw new FormatError('a figure must be SVG with a viewBox from 0 0', { argument: 'figures' })
    const top = height
    width = Math.max(width, Number(size[1]))
    height += Number(size[2])
    return figure.replace(/^[\s\S]*?<svg\b/, `<svg y="${top}"`)
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${placed.join('')}</svg>\n`
}
