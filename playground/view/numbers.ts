// The numbers of the frame that is looked at. Widths are fixed and figures tabular: nothing jumps.
import type { Recording } from '../state/recording.js'
import { el, format } from './dom.js'

interface Entry {
  readonly key: string
  readonly label: string
  readonly title: string
}

const ENTRIES: readonly Entry[] = [
  { key: 'step', label: 'step', title: 'Steps of training' },
  { key: 'time', label: 'time', title: 'Learning rate times step' },
  { key: 'loss', label: 'loss', title: 'Loss on clean targets' },
  { key: 'rank', label: 'learned', title: 'Singular values above a tenth of the largest that is expected' },
  { key: 'away', label: 'from theory', title: 'Largest distance of a curve from its theory at this time' },
  {
    key: 'drift',
    label: 'imbalance',
    title: 'Largest |W_(l+1)\u2032 W_(l+1) \u2212 W_l W_l\u2032|, which gradient flow conserves',
  },
  { key: 'rate', label: 'steps/s', title: 'Training steps a second inside the executor, without drawing and waiting' },
  { key: 'gflops', label: 'GFLOP/s', title: 'Floating-point operations of these steps, counted from the plan' },
]

export class Numbers {
  readonly element: HTMLElement
  readonly #values = new Map<string, HTMLElement>()

  constructor() {
    this.element = el(
      'dl',
      { className: 'numbers', 'aria-label': 'Numbers of the frame that is shown' },
      ...ENTRIES.map(({ key, label, title }) => {
        const value = el('dd', {}, '\u2013')
        value.dataset.number = key
        this.#values.set(key, value)
        return el('div', { title }, el('dt', {}, label), value)
      }),
    )
  }

  show(record: Recording, frame: number, speed: { stepsPerSecond: number; gflops: number }): void {
    const { view } = record
    const set = (key: string, text: string) => {
      const element = this.#values.get(key)!
      if (element.textContent !== text) element.textContent = text
    }
    if (record.length === 0) return
    set('step', view.columns.step === undefined ? '\u2013' : String(record.at('step', frame)))
    set('time', format(record.at('time', frame), 4))
    set('loss', format(record.at('loss', frame), 4))
    set('rank', learned(record, frame))
    set('away', format(awayFrom(record, frame), 2))
    set(
      'drift',
      view.columns.balance === undefined ? '\u2013' : format(Math.max(...entries(record, 'balance', frame)), 2),
    )
    set(
      'rate',
      speed.stepsPerSecond === 0
        ? '\u2013'
        : Math.round(speed.stepsPerSecond).toLocaleString('en').replaceAll(',', '\u2009'),
    )
    set('gflops', speed.gflops === 0 ? '\u2013' : format(speed.gflops, 2))
  }
}

function entries(record: Recording, name: string, frame: number): number[] {
  return Array.from({ length: record.view.columns[name] }, (_, i) => record.at(name, frame, i))
}

/** Singular values above a tenth of the largest that is expected; nothing where nothing is expected. */
function learned(record: Recording, frame: number): string {
  const { singularValues } = record.view.columns
  const at = record.view.panels.findIndex(({ series }) => series.some(({ column }) => column === 'singularValues'))
  const expected = record.theory.filter(({ panel }) => panel === at).map(({ y }) => y.at(-1)!)
  const scale = Math.max(0, ...expected, ...(record.view.panels[at]?.series.map(({ end }) => end ?? 0) ?? []))
  if (singularValues === undefined || scale === 0) return '\u2013'
  const count = entries(record, 'singularValues', frame).filter((value) => value > 0.1 * scale).length
  return `${count} of ${singularValues}`
}

/** Largest distance of a curve from its theory at a frame, by interpolation between the times of the theory. */
function awayFrom(record: Recording, frame: number): number {
  let most = Number.NaN
  for (const { panel, color, x, y } of record.theory) {
    const view = record.view.panels[panel]
    const series = view.series.find((each) => each.color === color)
    if (series === undefined || view.square === true) continue
    const time = record.at(view.along, frame)
    // The last frame may be a little beyond the last time of the theory.
    if (time > 1.02 * x[x.length - 1] || x.length < 2 || x[0] === x[1]) continue
    const after = x.findIndex((value) => value > time)
    const i = after < 0 ? x.length - 2 : Math.max(0, after - 1)
    const part = Math.min(1, (time - x[i]) / (x[i + 1] - x[i]))
    const away = Math.abs(record.at(series.column, frame, series.index) - (y[i] + part * (y[i + 1] - y[i])))
    if (!(away <= most)) most = away
  }
  return most
}
