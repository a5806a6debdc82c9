// The numbers of the frame that is looked at. Widths are fixed and figures tabular: nothing jumps.
import type { Record } from '../state/record.js'
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
  { key: 'rank', label: 'modes learned', title: 'Singular values above a tenth of the largest that is expected' },
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

  show(record: Record, frame: number, speed: { stepsPerSecond: number; gflops: number }): void {
    const { view } = record
    const set = (key: string, text: string) => {
      const element = this.#values.get(key)!
      if (element.textContent !== text) element.textContent = text
    }
    if (record.length === 0) return
    set('step', String(record.at('step', frame)))
    set('time', format(record.at('time', frame), 4))
    set('loss', format(record.at('loss', frame), 4))
    set(
      'rank',
      view.columns.singularValues === undefined
        ? '\u2013'
        : `${learned(record, frame)} of ${view.columns.singularValues}`,
    )
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

function entries(record: Record, name: string, frame: number): number[] {
  return Array.from({ length: record.view.columns[name] }, (_, i) => record.at(name, frame, i))
}

function learned(record: Record, frame: number): number {
  const values = entries(record, 'singularValues', frame)
  const panel = record.view.panels.find(({ series }) => series.some(({ column }) => column === 'singularValues'))
  const scale = Math.max(
    ...(panel?.series.map(({ end }) => end ?? 0) ?? []),
    ...record.theory.filter(({ panel }) => panel === 1).map(({ y }) => y.at(-1)!),
    1e-12,
  )
  return values.filter((value) => value > 0.1 * scale).length
}

/** Largest distance of a curve from its theory at a frame, by interpolation between the times of the theory. */
function awayFrom(record: Record, frame: number): number {
  let most = Number.NaN
  for (const { panel, color, x, y } of record.theory) {
    const view = record.view.panels[panel]
    const series = view.series.find((each) => each.color === color)
    if (series === undefined || view.along !== 'time') continue
    const time = record.at('time', frame)
    const i = Math.min(x.length - 2, Math.max(0, x.findIndex((value) => value > time) - 1))
    if (time > x[x.length - 1]) continue
    const part = (time - x[i]) / (x[i + 1] - x[i])
    const away = Math.abs(record.at(series.column, frame, series.index) - (y[i] + part * (y[i + 1] - y[i])))
    if (!(away <= most)) most = away
  }
  return most
}
