// Linear autoencoders with a penalty.
import { choice, endControl, range, rateControl } from './common.js'
import type { Family } from './family.js'

export const autoencoderFamily: Family = {
  id: 'autoencoder',
  controls: [
    range(
      'penalty',
      'Penalty, lambda',
      'On the squares of all weights. Directions of less variance are given up.',
      0,
      4.5,
      1,
      {
        main: true,
        ends: ['keeps all', 'keeps none'],
      },
    ),
    choice('from', 'Start', 'Aligned starts have an exact theory for the whole way.', [
      ['aligned', 'aligned, small'],
      ['random', 'random'],
    ]),
    rateControl(5e-3, { max: 0.2 }),
    endControl(8, 1, 60),
  ],
  presets: [
    {
      id: 'autoencoder',
      title: 'Autoencoder axes',
      words:
        'A linear autoencoder learns principal axes in the order of their variance. A penalty on the weights shrinks them, gives up those with less variance than lambda, and finds the axes themselves, not only their span.',
      formula: 's<sub>k</sub> \u2192 max(0, 1 \u2212 \u03bb/\u03c3<sub>k</sub>\u00b2)',
      source: 'Kunin, Bloom, Goeva, Seed (2019), arXiv:1901.08168',
      values: {},
      glyph: 'M1 18H6C10 18 10 4 14 4H47M6 18H14C18 18 18 8 22 8H47M16 18H24C28 18 28 13 32 13H47',
    },
  ],
}
