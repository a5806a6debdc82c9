// The keyboard: shortcuts wherever no field of text and no dialog has the focus.
import type { Actions } from './actions.js'

export function listenToKeys(actions: Actions): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const target = event.target as HTMLElement
    if (target.closest('dialog[open], textarea, input:not([type=range])') !== null) return
    const slider = target.closest('input[type=range], select') !== null
    const button = target.closest('button, summary, a') !== null
    const by = event.shiftKey ? 10 : 1
    const act: Record<string, (() => void) | false> = {
      // A focused button keeps its space, a slider its arrows.
      ' ': !button && (() => actions.toggle()),
      ArrowRight: !slider && (() => actions.step(by)),
      ArrowLeft: !slider && (() => actions.step(-by)),
      Home: !slider && (() => actions.pin(0)),
      End: !slider && (() => actions.pin(undefined)),
      r: () => actions.restart(),
      n: () => actions.reseed(),
      '+': () => actions.faster(1),
      '=': () => actions.faster(1),
      '-': () => actions.faster(-1),
      l: () => actions.toggleScale(),
      Escape: () => actions.pin(undefined),
      '?': () => actions.openHelp(),
    }
    const found = act[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!found) return
    event.preventDefault()
    found()
  })
}
