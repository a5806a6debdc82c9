// A chart on the page: three sheets one over the other, so that only what changed is drawn: axes, growing curves, theory.
import { type Band, paintBase } from '../draw/base.js'
import { CanvasSurface } from '../draw/canvas-surface.js'
import { boxOf, type Chart, scalesOf } from '../draw/chart.js'
import { breadth, paintCurves, paintTheory } from '../draw/curves.js'
import { paintNames } from '../draw/labels.js'
import type { Palette } from '../draw/palette.js'
import type { AxisView, PanelView, TheorySeries } from '../sim/protocol.js'
import type { Recording } from '../state/recording.js'
import { el } from './dom.js'

export interface PanelEvents {
  /** A frame is looked at; undefined: no longer. */
  look(frame: number | undefined): void
  /** A frame is to stay. */
  pin(frame: number): void
  toggleScale(): void
}

/** Least value on a logarithmic axis, relative to the largest. */
const DECADES = 1e-5

export class Panel {
  readonly element: HTMLElement
  readonly #plot = el('div', { className: 'plot', role: 'img' })
  readonly #sheets = ['base', 'live', 'theory'].map((name) =>
    el('canvas', { className: `sheet ${name}`, 'aria-hidden': 'true' }),
  )
  readonly #surfaces = this.#sheets.map((canvas) => new CanvasSurface(canvas))
  readonly #cursor = el('div', { className: 'cursor', hidden: true })
  readonly #title = el('span')
  readonly #scale: HTMLButtonElement
  #view: PanelView | undefined
  #logarithmic = false
  #record: Recording | undefined
  #theory: readonly TheorySeries[] = []
  #bands: readonly Band[] = []
  #drawn = 0
  /** Pixels of the plot, measured when all is drawn anew: asking for them at every frame would lay the page out twice. */
  #size = { width: 0, height: 0 }
  #last = true
  #stale = true
  #theoryTop: number | undefined

  constructor(events: PanelEvents) {
    this.#scale = el(
      'button',
      { type: 'button', className: 'quiet scale', onclick: () => events.toggleScale() },
      'log scale',
    )
    this.#plot.append(...this.#sheets, this.#cursor)
    this.element = el('figure', { className: 'panel' }, el('figcaption', {}, this.#title, this.#scale), this.#plot)
    const frameAt = ({ clientX }: MouseEvent) => {
      const view = this.#view
      if (view === undefined || this.#record === undefined || this.#record.length === 0 || view.square === true)
        return undefined
      const chart = this.#chart()
      const box = boxOf(chart)
      const part = (clientX - this.#plot.getBoundingClientRect().left - box.left) / box.width
      const { scale, min, max } = view.x
      const inside = Math.min(1, Math.max(0, part))
      return this.#record.nearest(
        view.along,
        scale === 'log' ? min * (max / min) ** inside : min + inside * (max - min),
      )
    }
    this.#plot.addEventListener('pointermove', (event) => events.look(frameAt(event)))
    this.#plot.addEventListener('pointerleave', () => events.look(undefined))
    this.#plot.addEventListener('click', (event) => {
      const frame = frameAt(event)
      if (frame !== undefined) events.pin(frame)
    })
  }

  /** Another run, or another scale. */
  show(view: PanelView, record: Recording, logarithmic: boolean, last: boolean): void {
    this.#last = last
    this.#plot.classList.toggle('last', last)
    this.#view = view
    this.#record = record
    this.#logarithmic = logarithmic && view.main === true
    this.#theory = []
    this.#theoryTop = undefined
    this.#bands = []
    this.#title.textContent = view.title
    this.#plot.setAttribute('aria-label', `Chart: ${view.title}`)
    this.#scale.hidden = view.main !== true
    this.#scale.setAttribute('aria-pressed', String(this.#logarithmic))
    this.element.classList.remove('with-theory')
    this.#plot.classList.toggle('square', view.square === true)
    this.element.classList.toggle('plane', view.square === true)
    this.redraw()
  }

  theory(series: readonly TheorySeries[]): void {
    this.#theory = series
    this.element.classList.toggle('with-theory', series.length > 0)
    const most = series.reduce((top, { y }) => y.reduce((most, value) => (value > most ? value : most), top), 0)
    // A theory that rises above the axis says how high it has to be; once.
    this.#theoryTop =
      this.#view !== undefined && this.#view.y.scale === 'linear' && most > this.#view.y.max ? 1.08 * most : undefined
    this.redraw()
  }

  bands(bands: readonly Band[]): void {
    if (JSON.stringify(bands) === JSON.stringify(this.#bands)) return
    this.#bands = bands
    this.redraw()
  }

  redraw(): void {
    this.#stale = true
  }

  /** Draw what is new; everything where something else has changed. */
  draw(palette: Palette): void {
    const record = this.#record
    if (record === undefined || this.#view === undefined) return
    const [base, live, theory] = this.#surfaces
    if (this.#stale) this.#size = { width: this.#plot.clientWidth, height: this.#plot.clientHeight }
    const chart = this.#chart()
    if (this.#stale) {
      this.#stale = false
      for (const surface of this.#surfaces) surface.resize(chart.width, chart.height)
      paintBase(base, chart, palette, this.#bands)
      paintTheory(theory, chart, palette, this.#theory)
      paintNames(theory, chart, palette, this.#theory)
      this.#drawn = 0
    }
    if (record.length > this.#drawn) {
      paintCurves(live, chart, palette, record, this.#drawn, breadth(this.#theory))
      this.#drawn = record.length
    }
  }

  /** The line at a frame. */
  cursor(frame: number | undefined): void {
    const { along, square } = this.#view ?? {}
    this.#cursor.hidden = frame === undefined || this.#record === undefined || along === undefined || square === true
    if (this.#cursor.hidden || frame === undefined) return
    const chart = this.#chart()
    const box = boxOf(chart)
    const at = scalesOf(chart).x(this.#record!.at(along!, frame))
    this.#cursor.style.transform = `translateX(${at.toFixed(1)}px)`
    this.#cursor.style.top = `${box.top}px`
    this.#cursor.style.height = `${box.height}px`
  }

  /** What is shown, for a file of another size. */
  chartOf(width: number, height: number): Chart & { bands: readonly Band[]; theory: readonly TheorySeries[] } {
    return { ...this.#chart(), last: true, width, height, bands: this.#bands, theory: this.#theory }
  }

  get view(): PanelView | undefined {
    return this.#view
  }

  #chart(): Chart {
    const panel = this.#view!
    return {
      panel,
      y: this.#axis(panel),
      last: this.#last,
      ...this.#size,
    }
  }

  #axis({ y }: PanelView): AxisView {
    const max = this.#theoryTop ?? y.max
    if (!this.#logarithmic || y.scale === 'log') return { ...y, max }
    return { ...y, scale: 'log', min: Math.max(DECADES * max, y.min > 0 ? 0.9 * y.min : 0), max: 1.3 * max }
  }
}
