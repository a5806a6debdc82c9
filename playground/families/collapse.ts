// Gradient noise that vanishes on a set draws the weights into it.
import { endControl, range, rateControl } from './common.js'
import type { Family } from './family.js'

export const collapse: Family = {
  id: 'collapse',
  controls: [
    range(
      'sigma',
      'Label noise, sigma',
      'Standard deviation of the noise on every target of every step. The threshold is eta sigma\u00b2/2.',
      0,
      14,
      9,
      {
        main: true,
        ends: ['all modes stay', 'weak modes collapse'],
      },
    ),
    rateControl(0.01, { min: 1e-3, max: 0.05, live: false }),
    endControl(80, 10, 300),
  ],
  presets: [
    {
      id: 'collapse',
      title: 'Stochastic collapse',
      words:
        'Labels are noisy in every step. Noise that vanishes at zero draws modes there: all are shrunk by the threshold, and those below it die out, one network after the other.',
      formula: 's \u2192 max(s\u204e \u2212 \u03b8, 0),\u2003\u03b8 = \u03b7 \u03c3\u00b2 / 2',
      source: 'Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251',
      values: {},
      glyph: 'M1 9L5 6L8 10L12 7L15 12L19 10L22 14L26 12L30 16L34 15L38 18L47 18',
    },
  ],
}
