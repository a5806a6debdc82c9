// The matrices under the charts.
import { largest, paintHeat, shades } from '../draw/heat.js'
import type { Palette } from '../draw/palette.js'
import type { PictureView } from '../sim/protocol.js'
import { el } from './dom.js'

/** What counts as black at first: below this nothing is there yet. */
const LEAST = 1e-9
/** Pixels. */
const MOST = { cell: 15, height: 98, width: 190 }

export class PictureRow {
  readonly element = el('div', { className: 'pictures', 'aria-hidden': 'true' })
  #views: readonly PictureView[] = []
  #canvases: HTMLCanvasElement[] = []
  #images: ImageData[] = []
  #table = new Uint8ClampedArray(0)

  show(views: readonly PictureView[], palette: Palette): void {
    this.#table = shades(palette)
    const same =
      views.length === this.#views.length &&
      views.every(({ rows, columns, label }, i) => {
        const old = this.#views[i]
        return rows === old.rows && columns === old.columns && label === old.label
      })
    this.#views = views
    if (same) return
    this.#canvases = views.map(({ rows, columns }) => el('canvas', { width: columns, height: rows }))
    this.#images = views.map(({ rows, columns }) => new ImageData(columns, rows))
    this.element.replaceChildren(
      ...views.flatMap(({ label, rows, columns, of }, i) => {
        // Cells are squares, as large as the row has room for.
        const cell = Math.min(MOST.cell, MOST.height / rows, MOST.width / columns)
        this.#canvases[i].style.width = `${Math.round(cell * columns)}px`
        this.#canvases[i].style.height = `${Math.round(cell * rows)}px`
        const size = of === undefined ? `${rows} \u00d7 ${columns}` : `${of[0]} \u00d7 ${of[1]}`
        return [
          el('figure', { className: 'picture' }, el('figcaption', {}, label, el('small', {}, size)), this.#canvases[i]),
        ]
      }),
    )
  }

  recolor(palette: Palette): void {
    this.#table = shades(palette)
  }

  draw(cells: Float32Array | undefined): void {
    if (cells === undefined) return
    for (const [i, view] of this.#views.entries()) {
      const limit = Math.max(LEAST, view.limit ?? largest(cells, view))
      paintHeat(this.#images[i], cells, view, limit, this.#table)
      this.#canvases[i].getContext('2d')!.putImageData(this.#images[i], 0, 0)
    }
  }
}
