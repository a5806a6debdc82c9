// The controls of a family: sliders with their value and a sentence, and choices. They are kept while the family stays, so that focus does too.
import {
  type ChoiceControl,
  type Control,
  fromSlider,
  type RangeControl,
  toSlider,
  type Values,
} from '../state/controls.js'
import type { Actions } from './actions.js'
import { el, format } from './dom.js'

interface Row {
  readonly control: Control
  readonly element: HTMLElement
  show(value: number | string): void
}

export class Controls {
  readonly element = el('div', { className: 'controls' })
  readonly #actions: Actions
  #rows: Row[] = []
  #controls: readonly Control[] | undefined

  constructor(actions: Actions) {
    this.#actions = actions
  }

  show(controls: readonly Control[], values: Values): void {
    if (controls !== this.#controls) {
      this.#controls = controls
      this.#rows = controls.map((control) =>
        control.kind === 'range' ? range(control, this.#actions) : choice(control, this.#actions),
      )
      const [main, more] = [false, true].map((folded) =>
        this.#rows.filter(({ control }) => (control.more ?? false) === folded),
      )
      this.element.replaceChildren(
        ...main.map(({ element }) => element),
        more.length > 0
          ? el('details', { className: 'more' }, el('summary', {}, 'More'), ...more.map(({ element }) => element))
          : '',
      )
    }
    for (const { control, element, show } of this.#rows) {
      show(values[control.key])
      element.hidden = control.when?.(values) === false
    }
  }

  /** A mark on a slider, such as the largest stable rate. */
  mark(key: string, value: number | undefined): void {
    const row = this.#rows.find(({ control }) => control.key === key)
    if (row === undefined || row.control.kind !== 'range') return
    const mark = row.element.querySelector<HTMLElement>('.mark')!
    const { min, max } = row.control
    mark.hidden = value === undefined || value <= min || value >= max
    if (value === undefined || mark.hidden) return
    mark.style.left = `calc(${toSlider(row.control, value) / 10}% + ${(0.5 - toSlider(row.control, value) / 1000) * 18}px)`
    mark.title = `stable below ${format(value, 2)}`
  }
}

function range(control: RangeControl, actions: Actions): Row {
  const id = `control-${control.key}`
  const output = el('output', { htmlFor: id })
  const input = el('input', {
    id,
    type: 'range',
    min: '0',
    max: '1000',
    step: control.scale === 'integer' ? String(1000 / (control.max - control.min)) : '5',
    'aria-describedby': `${id}-hint`,
    oninput: () => {
      const value = fromSlider(control, Number(input.value))
      describe(value)
      actions.set(control.key, value, control.live === true)
    },
  })
  const describe = (value: number) => {
    const text = control.scale === 'integer' ? String(value) : format(value, control.scale === 'log' ? 2 : 3)
    output.textContent = text
    input.setAttribute('aria-valuetext', text)
  }
  const element = el(
    'div',
    { className: control.main ? 'control invite' : 'control' },
    el('div', { className: 'line' }, el('label', { htmlFor: id }, control.label), output),
    el('div', { className: 'track' }, input, el('span', { className: 'mark', hidden: true })),
    control.ends && el('div', { className: 'ends' }, el('span', {}, control.ends[0]), el('span', {}, control.ends[1])),
    el('p', { className: 'hint', id: `${id}-hint` }, control.hint),
  )
  return {
    control,
    element,
    show(value) {
      const position = String(toSlider(control, value as number))
      // A slider that is being dragged stays under the finger.
      if (document.activeElement !== input || Math.abs(Number(input.value) - Number(position)) > 6)
        input.value = position
      describe(value as number)
    },
  }
}

function choice(control: ChoiceControl, actions: Actions): Row {
  const id = `control-${control.key}`
  const select = el(
    'select',
    { id, 'aria-describedby': `${id}-hint`, onchange: () => actions.set(control.key, select.value, false) },
    ...control.options.map(({ value, label }) => el('option', { value }, label)),
  )
  const element = el(
    'div',
    { className: 'control' },
    el('div', { className: 'line' }, el('label', { htmlFor: id }, control.label), select),
    el('p', { className: 'hint', id: `${id}-hint` }, control.hint),
  )
  return { control, element, show: (value) => (select.value = value as string) }
}
