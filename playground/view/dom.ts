// Elements in one line.
type Child = Node | string | undefined | false

/** An element with properties (`class`, `aria-*`, events as `onclick`) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Readonly<Record<string, unknown>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value as EventListener)
    else if (name in element && !name.includes('-') && name !== 'list')
      (element as unknown as Record<string, unknown>)[name] = value
    else element.setAttribute(name === 'className' ? 'class' : name, value === true ? '' : String(value))
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false))
  return element
}

/** A name for assistive technology and tests. */
export const byId = <T extends HTMLElement = HTMLElement>(id: string): T => document.getElementById(id) as T

/** A number for people: some digits, no jumping. */
export function format(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : '\u2013'
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(digits - 1) : value.toPrecision(digits)
  return text.replace('-', '\u2212').replace('e+', 'e').replace('e-', 'e\u2212')
}
