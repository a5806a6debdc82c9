// Large width.
import { range, rateControl } from './common.js'
import type { Family } from './family.js'

export const width: Family = {
  id: 'width',
  controls: [
    range('width', 'Width', 'Units of every hidden layer; there are 64 inputs.', 4, 512, 32, {
      scale: 'log',
      main: true,
      ends: ['narrow', 'wide'],
    }),
    range('hidden', 'Hidden layers', 'Between the inputs and the output.', 1, 4, 2, { scale: 'integer' }),
    range(
      'richness',
      'Richness, gamma',
      'Of the mean-field parameterisation: small is lazy, large learns features.',
      0.1,
      3,
      1.5,
      { scale: 'log' },
    ),
    rateControl(0.05, { min: 5e-3, max: 0.4, live: false }),
  ],
  presets: [
    {
      id: 'width',
      title: 'Wider is better',
      words:
        'A network of random weights scatters around the prediction for its width, and that comes down to the line of infinite width. Widen it: it learns faster, and the scatter goes.',
      formula:
        'h<sup>l</sup> = u<sup>l</sup> + P<sup>l</sup> g<sup>l</sup>,\u2003g<sup>l</sup> = r<sup>l</sup> + Q<sup>l</sup> h<sup>l</sup>,\u2003loss(t) = C<sub>v</sub>(t, t)',
      source: 'Bordelon, Pehlevan (2025), arXiv:2502.02531',
      values: {},
      glyph: 'M1 3C8 4 12 12 22 14C32 16 40 16 47 16M1 3C6 5 8 15 16 17C26 18 38 18 47 18',
    },
  ],
}
