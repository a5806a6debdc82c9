// Credit assignment without weight symmetry.
import { choice, endControl, range, rateControl } from './common.js'
import type { Family } from './family.js'

export const alignment: Family = {
  id: 'alignment',
  controls: [
    choice('rule', 'Feedback rule', 'How the matrices that carry errors back learn.', [
      ['kolen-pollack', 'Kolen\u2013Pollack'],
      ['fixed', 'fixed at random'],
      ['mirror', 'weight mirror'],
      ['symmetric', 'symmetric alignment'],
      ['information', 'information alignment'],
      ['activation', 'activation alignment'],
    ]),
    range('depth', 'Depth', 'Number of layers.', 2, 5, 3, { scale: 'integer', main: true }),
    range('width', 'Width', 'Units of every hidden layer.', 6, 40, 12, { scale: 'integer' }),
    rateControl(0.03, { min: 1e-3, max: 0.1, live: false }),
    endControl(60, 5, 300),
  ],
  presets: [
    {
      id: 'alignment',
      title: 'Weight mirror',
      words:
        'Errors travel back through matrices of their own, drawn at random. Fixed ones slow learning down; ones that learn turn towards the transposed weights, until it is back-propagation.',
      formula:
        'Kolen\u2013Pollack:\u2003W<sub>n</sub> \u2212 B<sub>n</sub>\u2032 = (1 \u2212 \u03b7\u03bb)<sup>n</sup> (W<sub>0</sub> \u2212 B<sub>0</sub>\u2032)',
      source: 'Kunin, Nayebi, Sagastuy-Bre\u00f1a et al. (2020), Two routes, arXiv:2003.01513',
      values: {},
      glyph: 'M1 3C6 3 8 9 14 12C22 16 32 18 47 18',
    },
  ],
}
