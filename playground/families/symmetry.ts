// What gradient flow conserves, and steps of finite length do not.
import { endControl, range, rateControl } from './common.js'
import type { Family } from './family.js'

export const symmetry: Family = {
  id: 'symmetry',
  controls: [
    { ...rateControl(0.02, { min: 1e-3, max: 0.4, live: false }), main: true, ends: ['nearly conserved', 'broken'] },
    range('width', 'Width', 'Units of the hidden layer.', 4, 16, 8, { scale: 'integer' }),
    range('variance', 'Variance of the start', 'Of every weight.', 1e-3, 0.5, 0.1, { scale: 'log' }),
    endControl(8, 1, 40),
  ],
  presets: [
    {
      id: 'symmetry',
      title: 'Broken conservation',
      words:
        'Rescaling one layer and unscaling the next changes nothing, so gradient flow conserves their balance. Steps break the symmetry: the balance drifts with the learning rate, as the modified flow says.',
      formula:
        'D := D + \u03b7\u00b2 (G<sub>2</sub>\u2032G<sub>2</sub> \u2212 G<sub>1</sub>G<sub>1</sub>\u2032):\u2003the drift is O(\u03b7)',
      source: 'Kunin et al. (2021), Neural mechanics, arXiv:2012.04728; Tanaka, Kunin (2021), arXiv:2105.02716',
      values: {},
      glyph: 'M1 18C8 18 10 17 14 12C18 6 24 5 47 4',
    },
  ],
}
