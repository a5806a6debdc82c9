// SGD after it has converged.
import { range, rateControl } from './common.js'
import type { Family } from './family.js'

export const diffusion: Family = {
  id: 'diffusion',
  controls: [
    range(
      'decay',
      'Decay of the spectrum',
      'Curvatures are l^-a: the larger a, the more directions are flat.',
      1,
      4,
      2,
      { main: true, ends: ['many steep', 'many flat'] },
    ),
    rateControl(0.2, { min: 0.01, max: 1, live: false }),
  ],
  presets: [
    {
      id: 'diffusion',
      title: 'Anomalous diffusion',
      words:
        'The loss has stopped falling; the weights have not stopped moving. On a power-law spectrum they wander slower than a free walker: a line of slope below 1 in this picture.',
      formula:
        'E|w<sub>k</sub> \u2212 w<sub>0</sub>|\u00b2 = \u03a3<sub>l</sub> 2 Var<sub>l</sub> (1 \u2212 c<sub>l</sub>(k))',
      source: 'Kunin, Sagastuy-Bre\u00f1a, Gillespie et al. (2021), arXiv:2107.09133',
      values: {},
      glyph: 'M2 18L8 14L13 13L19 10L25 9L31 7L38 5L46 4',
    },
  ],
}
