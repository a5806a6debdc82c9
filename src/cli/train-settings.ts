// The settings of `deeplinear train` as its help shows them: what a flag is for, what is taken without it. Which values are good is said by the
// schema (train-config.ts), which is made from this table and is loaded when the command runs.

/** A setting, and its flag. */
export interface Setting {
  /** The heading of the help under which it stands. */
  readonly group: string
  /** What its flag takes: nothing, the path of a file, one of `choices`, or a number. */
  readonly takes: 'nothing' | 'file' | 'name' | 'n'
  readonly choices?: readonly string[]
  readonly default?: string | number | boolean
  readonly help: string
}

export const SETTINGS = {
  data: {
    group: 'Data:',
    takes: 'file',
    help: 'CSV, CSV.GZ or NPY table, one sample a row; default: the handwritten digits',
  },
  targets: {
    group: 'Data:',
    takes: 'n',
    help: 'the last N columns are regression targets; default: the last column is a class',
  },
  scaling: {
    group: 'Data:',
    takes: 'name',
    choices: ['none', 'center', 'standardize'],
    default: 'center',
    help: 'what is done to features (targets are centred unless none)',
  },
  testFraction: { group: 'Data:', takes: 'n', default: 0.2, help: 'part of the samples held out for testing' },
  depth: { group: 'Network:', takes: 'n', default: 4, help: 'number of weight matrices' },
  width: { group: 'Network:', takes: 'n', default: 64, help: 'width of every hidden layer' },
  gamma: { group: 'Network:', takes: 'n', help: 'start N(0, width^-gamma); default 2.4, a small start' },
  variance: { group: 'Network:', takes: 'n', help: 'start N(0, variance), instead of gamma' },
  learningRate: { group: 'Training:', takes: 'n', default: 0.2, help: 'step length of gradient descent' },
  update: {
    group: 'Training:',
    takes: 'name',
    choices: ['simultaneous', 'alternating'],
    default: 'simultaneous',
    help: 'order in which layers see updates',
  },
  steps: { group: 'Training:', takes: 'n', default: 24_000, help: 'training steps' },
  every: { group: 'Training:', takes: 'n', help: 'steps between recorded frames; default: 400 frames' },
  seed: { group: 'Training:', takes: 'n', default: 1, help: 'seed of the start and of the split' },
  dtype: {
    group: 'What computes:',
    takes: 'name',
    choices: ['float64', 'float32'],
    default: 'float64',
    help: 'element type',
  },
  backend: {
    group: 'What computes:',
    takes: 'name',
    choices: ['auto', 'wasm', 'typescript'],
    default: 'auto',
    help: 'what computes',
  },
  fast: {
    group: 'What computes:',
    takes: 'nothing',
    default: false,
    help: 'take the fused build where there is one; results then differ in the last bits between machines',
  },
  figure: {
    group: 'What comes out:',
    takes: 'file',
    default: 'deeplinear-train.svg',
    help: 'where the figure goes: .svg or .html',
  },
} as const satisfies Readonly<Record<string, Setting>>

/** Names of the settings, as in a config file. */
export type TrainSetting = keyof typeof SETTINGS

/** The flag of a setting: `learningRate` is `--learning-rate`. */
export function flagName(setting: string): string {
  return `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
