// What went wrong or needs to be known, said kindly and with the cure.
import { el } from './dom.js'

export interface Notice {
  readonly id: string
  readonly kind: 'info' | 'warning'
  readonly title?: string
  readonly text: string
  readonly action?: { readonly label: string; readonly act: () => void }
}

export class Notices {
  /** Above the charts: what stops a run. */
  readonly warnings = el('div', { className: 'notices', 'aria-live': 'polite' })
  /** Below them, where it moves nothing: what is good to know. */
  readonly remarks = el('div', { className: 'notices remarks', 'aria-live': 'polite' })
  readonly #shown = new Map<string, { notice: Notice; element: HTMLElement }>()

  show(notice: Notice): void {
    const old = this.#shown.get(notice.id)
    if (old?.notice.text === notice.text && old.notice.action === undefined) return
    const { kind, title, text, action } = notice
    const element = el(
      'div',
      { className: `notice ${kind}`, role: kind === 'warning' ? 'alert' : undefined },
      el('p', {}, title !== undefined && el('strong', {}, `${title} `), text),
      action && el('button', { type: 'button', className: 'primary', onclick: action.act }, action.label),
    )
    element.dataset.notice = notice.id
    if (old === undefined) (kind === 'warning' ? this.warnings : this.remarks).append(element)
    else old.element.replaceWith(element)
    this.#shown.set(notice.id, { notice, element })
  }

  clear(id: string): void {
    this.#shown.get(id)?.element.remove()
    this.#shown.delete(id)
  }
}
