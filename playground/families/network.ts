// Deep linear networks of any depth on a fixed task: from saddle to saddle, mixed, lambda-balanced, semantic, digits.
import type { Values } from '../state/controls.js'
import { canReverse, isReversed } from '../state/reversal.js'
import { choice, range, rateControl } from './common.js'
import type { Family } from './family.js'

const is =
  (key: string, ...values: string[]) =>
  (given: Values) =>
    values.includes(given[key] as string)

export const network: Family = {
  id: 'network',
  controls: [
    range(
      'scale',
      'Start scale',
      'Size of the map at the start. Small: one mode after another. Large: all at once.',
      1e-6,
      3,
      2e-4,
      {
        scale: 'log',
        ends: ['rich: in steps', 'lazy: at once'],
        main: true,
        when: (given) => given.start !== 'gaussian' && !isReversed(given),
      },
    ),
    range(
      'gamma',
      'Start scale, gamma',
      'Weights start with variance width^-gamma: larger gamma is a smaller start.',
      0.2,
      4,
      1.5,
      { ends: ['lazy: at once', 'rich: in steps'], main: true, when: is('start', 'gaussian') },
    ),
    range(
      'lambda',
      'Balance, lambda',
      'W2\u2032W2 \u2212 W1W1\u2032 = lambda I. Near 0 rich, far from 0 lazy; the sign says which layer is the larger.',
      -10,
      10,
      0,
      { main: true, when: is('start', 'lambda') },
    ),
    range('depth', 'Depth', 'Number of layers. Deeper networks wait longer and jump faster.', 1, 6, 3, {
      scale: 'integer',
      when: is('start', 'balanced', 'gaussian'),
    }),
    range('width', 'Width', 'Units of every hidden layer.', 1, 256, 24, { scale: 'integer' }),
    choice('task', 'Task', 'What is to be learned.', [
      ['teacher', 'random teacher'],
      ['things', 'living things'],
      ['tree', 'semantic tree'],
      ['digits', 'handwritten digits'],
      ['csv', 'own table (CSV)'],
    ]),
    {
      ...rateControl(4e-3),
      hint: 'Length of a step. Time is rate \u00d7 step, so the curves stay where they are until steps are too long.',
    },
    range(
      'noise',
      'Label noise',
      'Standard deviation of noise that is drawn anew for the targets of every step.',
      0,
      3,
      0,
    ),
    choice(
      'start',
      'Start',
      'How the weights begin. Balanced starts have an exact theory at any depth.',
      [
        ['balanced', 'balanced'],
        ['gaussian', 'Gaussian'],
        ['lambda', 'lambda-balanced'],
      ],
      { more: true },
    ),
    choice(
      'before',
      'Learned before',
      'The map at the start: random, or the opposite of the task.',
      [
        ['nothing', 'nothing'],
        ['opposite', 'the opposite task'],
      ],
      { more: true, when: canReverse },
    ),
    range('modes', 'Modes of the teacher', 'Outputs and rank of the random teacher.', 1, 10, 5, {
      scale: 'integer',
      more: true,
      when: is('task', 'teacher'),
    }),
    range(
      'span',
      'Length of the run',
      'Longer or shorter than the time in which the theory expects everything to be learned.',
      0.25,
      8,
      1,
      { scale: 'log', more: true },
    ),
  ],
  presets: [
    {
      id: 'staircase',
      title: 'Saddle to saddle',
      words:
        'From a small start the network visits saddles of rank 0, 1, 2, \u2026: each plateau is one more mode learned. Drag the start scale to the right: the staircase melts into one smooth descent.',
      formula:
        'dA/dt = \u2212 \u03a3<sub>j</sub> (AA\u2032)<sup>(j\u22121)/L</sup> \u2207C(A) (A\u2032A)<sup>(L\u2212j)/L</sup>',
      source: 'Arora, Cohen, Hazan (2018); Saxe, McClelland, Ganguli (2014)',
      values: {},
      glyph: 'M1 3H9C11 3 11 7 13 7H20C22 7 22 11 24 11H32C34 11 34 15 36 15H40C42 15 42 18 44 18H47',
    },
    {
      id: 'mixed',
      title: 'Lazy to rich',
      words:
        'Two wide layers with Gaussian weights. Every mode is lazy until it is larger than the start, then rich: gamma moves the border.',
      formula: 'dA/dt = \u2212 \u221a(AA\u2032 + c\u00b2) \u2207C \u2212 \u2207C \u221a(A\u2032A + c\u00b2)',
      source: 'Tu, Aranguri, Jacot (2024), arXiv:2405.17580',
      values: { start: 'gaussian', depth: 2, width: 200, gamma: 1.6, rate: 4e-3 },
      glyph: 'M1 3C12 3 14 6 18 10C22 14 30 17 47 18',
    },
    {
      id: 'reversal',
      title: 'Reversal learning',
      words:
        'The opposite task was learned before. At lambda = 0 every mode has to pass through zero, a saddle, and waits there; move lambda away from 0 and the way is free.',
      formula:
        'W<sub>2</sub>\u2032W<sub>2</sub> \u2212 W<sub>1</sub>W<sub>1</sub>\u2032 = \u03bb I,\u2003t<sub>zero</sub> = ln(1 + \u03a9/|\u03bb|)/\u03a9,\u2003\u03a9 = \u221a(\u03bb\u00b2 + 4s\u00b2)',
      source: 'Domin\u00e9 et al. (2024), From lazy to rich, arXiv:2409.14623',
      values: { start: 'lambda', before: 'opposite', lambda: 0.02, width: 5, rate: 4e-3 },
      glyph: 'M1 2C6 2 8 10 12 10H26C32 10 32 18 36 18H47',
    },
    {
      id: 'semantic',
      title: 'Semantic development',
      words:
        'Canary, salmon, oak and rose: first what all have in common, then animals against plants, then bird against fish and tree against flower. Children take the same steps.',
      formula:
        'a<sub>k</sub>(t) = s<sub>k</sub> / (1 + (s<sub>k</sub>/a<sub>0</sub> \u2212 1) e<sup>\u22122 s<sub>k</sub> t</sup>)',
      source: 'Saxe, McClelland, Ganguli (2019), PNAS 116:11537',
      values: { task: 'things', depth: 2, width: 16, scale: 1e-3, rate: 0.02 },
      glyph: 'M1 3H8C11 3 11 9 14 9H24C27 9 27 15 30 15H38C41 15 41 18 44 18H47',
    },
    {
      id: 'digits',
      title: 'Handwritten digits',
      words:
        '1797 real digits, 64 pixels to 10 classes. The inputs are not white, and still the modes arrive one by one, as the theory says from the start.',
      formula:
        'dA/dt = \u2212 \u03a3<sub>j</sub> (AA\u2032)<sup>(j\u22121)/L</sup> (A \u03a3<sub>xx</sub> \u2212 \u03a3<sub>yx</sub>) (A\u2032A)<sup>(L\u2212j)/L</sup>',
      source: 'Data: Alpaydin, Kaynak (1998), UCI, CC BY 4.0',
      values: { task: 'digits', depth: 3, width: 32, scale: 1e-3, rate: 0.05 },
      glyph: 'M1 3H10C12 3 12 6 15 7C20 8 20 10 26 11C32 12 32 14 36 15C40 16 42 16 47 17',
    },
  ],
}
