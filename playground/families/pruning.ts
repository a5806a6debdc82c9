// Which weights to cut before training.
import { choice, range } from './common.js'
import type { Family } from './family.js'

export const pruning: Family = {
  id: 'pruning',
  controls: [
    range('scale', 'Size of the network', 'Widths over those of 20\u201330\u201325\u201315\u201310.', 0.4, 2, 1, {
      main: true,
    }),
    choice('shown', 'Shades', 'Whose masks are drawn.', [
      ['SynFlow', 'SynFlow'],
      ['SynFlow once', 'SynFlow once'],
      ['magnitude', 'magnitude'],
      ['random', 'random'],
    ]),
  ],
  presets: [
    {
      id: 'pruning',
      title: 'Synaptic flow',
      words:
        'Before training, ever more weights are cut. Most scores empty a whole layer long before the others, and nothing flows any more; SynFlow, scored again after every small cut, leaves each layer alive to the end.',
      formula: '\u03a3 S<sub>l</sub> = R for every layer;\u2003\u03c1<sub>max</sub> = N / L',
      source: 'Tanaka, Kunin, Yamins, Ganguli (2020), arXiv:2006.05467',
      values: {},
      glyph: 'M1 3L18 9V18M1 3L28 12V18M1 3L46 17',
    },
  ],
}
