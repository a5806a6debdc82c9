// One hidden neuron whose two layers are of different size.
import { endControl, range, rateControl } from './common.js'
import type { Family } from './family.js'

export const neuron: Family = {
  id: 'neuron',
  controls: [
    range(
      'delta',
      'Balance, delta',
      'a\u00b2 \u2212 |w|\u00b2, which training conserves. Above 0 the readout is the larger, below 0 the weights are.',
      -4,
      4,
      -1,
      {
        main: true,
        ends: ['downstream', 'upstream'],
      },
    ),
    range('angle', 'Direction of the start', 'Degrees between the map at the start and the target.', -170, 170, 140),
    range('size', 'Size of the start', 'Length of a w at the start.', 0.02, 1, 0.3, { scale: 'log' }),
    rateControl(5e-3),
    endControl(8, 1, 40),
  ],
  presets: [
    {
      id: 'neuron',
      title: 'Unbalanced neuron',
      words:
        'One neuron, f(x) = a w\u00b7x. Balanced layers first fall towards zero, a saddle, then rise along the target; a large readout goes straight there and leaves its kernel as it was.',
      formula:
        '\u03b4 = a\u00b2 \u2212 |w|\u00b2 is conserved;\u2003a, w\u00b7\u03b2\u204e, w<sub>\u22a5</sub> in closed form',
      source: 'Kunin, Ravent\u00f3s, Domin\u00e9 et al. (2024), Get rich quick, arXiv:2406.06158',
      values: {},
      glyph: 'M2 4C6 8 10 14 16 16C20 17 26 15 32 11C38 8 42 6 46 5',
    },
  ],
}
