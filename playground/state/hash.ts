// The state as the part of the address after #, and back. Whatever the address says, the result is a state that runs.
import { checkValues, presetOf, SPEEDS, type State, startOf } from './state.js'

/** Largest seed that a link keeps. */
const MAX_SEED = 2 ** 31 - 1
const MAX_FRAME = 1e5

export function encodeState(state: State): string {
  const parts = new URLSearchParams({ preset: state.preset })
  for (const [key, value] of Object.entries(state.values)) parts.set(key, String(value))
  parts.set('seed', String(state.seed))
  if (state.speed !== 1) parts.set('speed', String(state.speed))
  if (state.y !== 'linear') parts.set('y', state.y)
  if (state.frame !== undefined) parts.set('frame', String(state.frame))
  return `#${parts}`
}

export function decodeState(hash: string): State {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  const { family, values, id } = presetOf(parts.get('preset') ?? '')
  const start = startOf(id)
  const given: Record<string, unknown> = { ...values }
  for (const { key } of family.controls) {
    const text = parts.get(key)
    // An empty text would be the number 0.
    if (text !== null && text.trim() !== '') given[key] = text
  }
  const checked = checkValues(family, given)
  // A number that is none falls back to the preset, not to the family.
  const values2 = Object.fromEntries(
    family.controls.map((control) => {
      const bad = control.kind === 'range' && !Number.isFinite(Number(given[control.key]))
      return [control.key, bad ? start.values[control.key] : checked[control.key]]
    }),
  )
  const speed = Number(parts.get('speed') ?? 1)
  const frame = integer(parts.get('frame'), 0, MAX_FRAME)
  return {
    preset: id,
    values: values2,
    seed: integer(parts.get('seed'), 0, MAX_SEED) ?? 1,
    speed: SPEEDS.find((each) => each === speed) ?? 1,
    y: parts.has('y') ? (parts.get('y') === 'log' ? 'log' : 'linear') : start.y,
    ...(frame === undefined ? {} : { frame }),
  }
}

/** An integer within bounds, or nothing. */
function integer(text: string | null, min: number, max: number): number | undefined {
  if (text === null || !/^\d+$/.test(text)) return undefined
  return Math.min(max, Math.max(min, Number(text)))
}
