// Where everything stands: the gallery above, the stage at the left, the controls at the right; on narrow screens one below the other.
import type { Preset } from '../families/family.js'
import type { Actions } from './actions.js'
import { byId, el } from './dom.js'

export interface Parts {
  readonly gallery: HTMLElement
  readonly controls: HTMLElement
  readonly transport: HTMLElement
  readonly numbers: HTMLElement
  readonly charts: HTMLElement
  readonly pictures: HTMLElement
  readonly warnings: HTMLElement
  readonly remarks: HTMLElement
  readonly help: HTMLElement
}

/** Largest table that is read. */
const MOST_BYTES = 2 ** 25

export function layOut(parts: Parts, actions: Actions) {
  const title = el('h1')
  const words = el('p', { className: 'words' })
  const formula = el('p', { className: 'formula' })
  const source = el('p', { className: 'source' })
  const engine = el('p', { className: 'engine', id: 'engine' })
  const code = el('pre', { className: 'code', tabIndex: 0 })
  const file = el('input', {
    type: 'file',
    id: 'table',
    accept: '.csv,.tsv,.txt,text/csv,text/plain',
    onchange: async () => {
      const chosen = file.files?.[0]
      if (chosen !== undefined && chosen.size <= MOST_BYTES) actions.useTable(await chosen.text())
      file.value = ''
    },
  })
  const table = el('div', { className: 'control', hidden: true }, el('label', { htmlFor: 'table' }, 'Table'), file)
  const copied = el('span', { className: 'copied', 'aria-live': 'polite' })
  const copy = async () => {
    // Where the clipboard is refused, the address can be copied by hand.
    const done = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    )
    copied.textContent = done ? 'Copied.' : 'Copy the address above.'
    setTimeout(() => (copied.textContent = ''), 2500)
  }
  const button = (label: string, act: () => void, id?: string) =>
    el('button', { type: 'button', id, onclick: act }, label)
  byId('app').replaceChildren(
    el(
      'header',
      { className: 'top' },
      el('span', { className: 'name' }, 'deeplinear ', el('em', {}, 'playground')),
      el(
        'span',
        { className: 'actions' },
        button('Help', () => actions.openHelp(), 'help'),
        button('Light / dark', () => actions.toggleTheme(), 'theme'),
      ),
    ),
    parts.gallery,
    el(
      'main',
      { className: 'main' },
      el(
        'section',
        { className: 'stage', 'aria-label': 'Run' },
        el('div', { className: 'story' }, title, words),
        parts.transport,
        parts.warnings,
        parts.charts,
        parts.pictures,
        parts.numbers,
        parts.remarks,
      ),
      el(
        'aside',
        { className: 'side', 'aria-label': 'Settings' },
        parts.controls,
        table,
        el(
          'div',
          { className: 'home' },
          button('Copy link', copy, 'copy'),
          button('Figure (SVG)', () => actions.saveFigure(), 'svg'),
          button('Numbers (CSV)', () => actions.saveTable(), 'csv'),
          copied,
        ),
        el('details', { className: 'more' }, el('summary', {}, 'This run in TypeScript'), code),
        formula,
        source,
        engine,
      ),
    ),
    parts.help,
  )
  return {
    story(preset: Preset) {
      title.textContent = preset.title
      words.textContent = preset.words
      // Formulas are part of the page, not of the address.
      formula.innerHTML = preset.formula
      source.textContent = preset.source
      document.title = `${preset.title} \u2013 deeplinear playground`
    },
    code(lines: string) {
      code.textContent = lines
    },
    engine(name: string, reason: string) {
      engine.textContent = `Runs on ${name}, in a worker, on this machine only.`
      engine.title = reason
    },
    table(shown: boolean) {
      table.hidden = !shown
    },
  }
}
