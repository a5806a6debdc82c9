// The fraction of the test samples classified correctly.
import { COLORS, type Panel } from './figure.js'
import { formatNumber, linearTicks } from './numbers.js'
import { drawPanel, extent, type Sheet } from './sheet.js'

const HEIGHT = 100

/** @param values one fraction for each frame on the axis */
export function accuracyPanel(sheet: Sheet, values: number[]): Panel {
  // The whole range from 0 to 1, so that figures compare; more only if the values leave it.
  const [low, high] = extent([0, 1, ...values]) ?? [0, 1]
  const format = (value: number): string => `${formatNumber(100 * value)}\u2009%`
  const axis = {
    type: 'linear' as const,
    domain: [low, high] as [number, number],
    ticks: linearTicks(low, high, 4),
    format,
  }
  const drawn = drawPanel(sheet, axis, [{ values, color: COLORS.blue }], { height: HEIGHT, withSteps: true })
  return { heading: 'Test accuracy', above: 10, labels: [], ...drawn }
}
