// Classification after the training error is zero: which margin grows.
import { choice, range } from './common.js'
import type { Family } from './family.js'

export const margin: Family = {
  id: 'margin',
  controls: [
    choice(
      'sign',
      'Deep signs',
      'The two factors of the deep coordinate: of one sign they can grow, of opposite signs they cannot.',
      [
        ['fits', 'those that fit'],
        ['wrong', 'wrong'],
      ],
    ),
    range('deep', 'Deep start', 'Both factors of the coordinate of depth 2 at the start.', 0.1, 2, 0.7, { main: true }),
    range('levels', 'Length of the run', 'How small the loss becomes: log(1/loss) at the end.', 10, 200, 60, {
      scale: 'log',
    }),
  ],
  presets: [
    {
      id: 'margin',
      title: 'Unequal margins',
      words:
        'All samples are classified, and training goes on. With coordinates of unequal depth it maximises a margin that counts only the shallow ones: it passes the l2 margin and comes up to the best.',
      formula:
        'min \u03b2\u2081\u00b2 + \u03b2\u2082\u00b2\u2003subject to\u2003y<sub>n</sub> \u03b2\u00b7x<sub>n</sub> \u2265 1,\u2003\u03b2\u2083 (depth 2) free',
      source: 'Kunin, Yamamura, Ma, Ganguli (2022), arXiv:2210.03820',
      values: {},
      glyph: 'M1 18C5 10 8 7 14 5C24 3 34 3 47 3',
    },
  ],
}
