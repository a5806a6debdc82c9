// The stage: the charts of a run, its matrices and its numbers, and which of its frames they show.
import { type Palette, readPalette } from '../draw/palette.js'
import type { Speed } from '../sim/run.js'
import { plateausOf } from '../state/plateaus.js'
import type { Recording } from '../state/recording.js'
import type { Actions } from './actions.js'
import { el } from './dom.js'
import { figureOf } from './downloads.js'
import { Numbers } from './numbers.js'
import { Panel } from './panel.js'
import { PictureRow } from './pictures.js'

/** Plateaus are looked for every so many frames. */
const PLATEAU_FRAMES = 10

export class Stage {
  readonly charts = el('div', { className: 'charts' })
  readonly #numbers = new Numbers()
  readonly #pictures = new PictureRow()
  readonly numbers = this.#numbers.element
  readonly pictures = this.#pictures.element
  readonly #legend = el(
    'p',
    { className: 'legend', 'aria-hidden': 'true' },
    el('span', { className: 'key simulation' }, 'network'),
    el('span', { className: 'key theory' }, 'theory'),
  )
  readonly #actions: Actions
  readonly #changed: () => void
  #panels: Panel[] = []
  #palette: Palette = readPalette(document.documentElement)
  #record: Recording | undefined
  /** The frame that is held, and the one that is looked at: held or under the pointer; undefined is the newest. */
  #pinned: number | undefined
  #selected: number | undefined
  #nextPlateaus = 0

  constructor(actions: Actions, changed: () => void) {
    this.#actions = actions
    this.#changed = changed
    new ResizeObserver(() => this.#redraw()).observe(this.charts)
  }

  /** The frame that is shown. */
  get frame(): number {
    return Math.min(this.newest, this.#selected ?? this.newest)
  }

  get newest(): number {
    return Math.max(0, (this.#record?.length ?? 0) - 1)
  }

  /** The frame at which the visitor stays. */
  get pinned(): number | undefined {
    return this.#pinned
  }

  pin(frame: number | undefined): void {
    this.#pinned = this.#selected = frame
    this.#changed()
  }

  /** Another run, which has only begun. */
  show(record: Recording, logarithmic: boolean): void {
    this.#record = record
    const { panels, pictures } = record.view
    while (this.#panels.length < panels.length) this.#add()
    for (const extra of this.#panels.splice(panels.length)) extra.element.remove()
    this.charts.classList.toggle(
      'with-plane',
      panels.some(({ square }) => square === true),
    )
    this.charts.classList.toggle('single', panels.length === 1)
    this.#pictures.show(pictures, this.#palette)
    // The key stands beside the title of the first chart.
    this.charts.querySelector('figcaption > span')?.after(this.#legend)
    this.rescale(logarithmic)
  }

  /** The same run, on another scale of its loss. */
  rescale(logarithmic: boolean): void {
    const record = this.#record
    if (record === undefined) return
    for (const [i, panel] of this.#panels.entries())
      panel.show(record.view.panels[i], record, logarithmic, i === this.#panels.length - 1)
    this.theory()
    this.plateaus(true)
  }

  /** The theory of the run is there. */
  theory(): void {
    const series = this.#record?.theory ?? []
    for (const [i, panel] of this.#panels.entries()) panel.theory(series.filter(({ panel }) => panel === i))
    this.#legend.classList.toggle('without-theory', series.length === 0)
  }

  /** Mark the plateaus so far: every some frames, or now. */
  plateaus(now: boolean): void {
    const record = this.#record
    if (now) this.#nextPlateaus = PLATEAU_FRAMES
    if (record === undefined || record.length < this.#nextPlateaus) return
    this.#nextPlateaus = record.length + PLATEAU_FRAMES
    const marked = record.view.panels.findIndex(({ plateaus }) => plateaus === true)
    this.#panels[marked]?.bands(plateausOf(record))
  }

  /** The colours of the page have changed. */
  recolor(): void {
    this.#palette = readPalette(document.documentElement)
    this.#pictures.recolor(this.#palette)
    this.#redraw()
  }

  draw(speed: Speed): void {
    const { frame } = this
    const record = this.#record
    if (record === undefined || record.length === 0) return
    for (const panel of this.#panels) {
      panel.draw(this.#palette)
      panel.cursor(this.#selected === undefined ? undefined : frame)
    }
    this.#pictures.draw(record.picture(frame))
    this.#numbers.show(record, frame, speed)
  }

  /** The charts as SVG. */
  figure(title: string, words: string): string | undefined {
    return this.#record && figureOf(this.#panels, this.#record, this.#palette, title, words)
  }

  #redraw(): void {
    for (const panel of this.#panels) panel.redraw()
    this.#changed()
  }

  #add(): void {
    const panel = new Panel({
      look: (frame) => {
        this.#selected = frame ?? this.#pinned
        this.#changed()
      },
      pin: (frame) => this.#actions.pin(this.#pinned === frame ? undefined : frame),
      toggleScale: () => this.#actions.toggleScale(),
    })
    this.#panels.push(panel)
    this.charts.append(panel.element)
  }
}
