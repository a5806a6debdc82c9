// The functions that a page may have called here, by name. Everything else is refused.
import { OptionError } from '../errors.js'
import { reproduce } from '../experiment/index.js'
import * as library from '../index.js'
import * as theory from '../theory/index.js'
import { startConfigured } from './configured.js'
import { RECIPE_NAMES } from './recipe-names.js'

type AnyFunction = (...args: readonly unknown[]) => unknown

/** Functions whose first argument is the engine. */
const CREATES = [
  'createNetwork',
  'createGramNetwork',
  'createDiagonalNetwork',
  'createTiedAutoencoder',
  'createEnsemble',
]

/** Functions that give a run. */
const RUNS = ['train', 'gradientFlow']

/** Functions that give a result, or a promise of one. */
const CALLS = ['trainEnsemble', 'findPlateaus']

/** Methods of the engine. */
const ENGINE = [
  ...['matrix', 'matmul', 'qr', 'svd', 'singularValues', 'powerIteration', 'cholesky', 'solve', 'solveTriangular'],
  ...['leastSquares', 'eigh', 'expm', 'sqrtm', 'pinv', 'norm', 'cond', 'rank'],
]

/** What kind of call a method is, and the function behind it. */
export type Method =
  | { readonly kind: 'engine'; readonly name: string }
  | { readonly kind: 'create' | 'run' | 'configured' | 'call'; readonly call: AnyFunction }

/**
 * Find a method by its name on the wire: `engine.matmul`, `createNetwork`, `train`, `theory.balancedModes`, `reproduce`.
 * @throws {OptionError} nothing of that name may be called
 */
export function findMethod(name: string): Method {
  const [group, member] = name.split('.')
  if (group === 'engine' && ENGINE.includes(member)) return { kind: 'engine', name: member }
  if (group === 'theory' && Object.hasOwn(theory, member)) {
    return { kind: 'call', call: (theory as unknown as Record<string, AnyFunction>)[member] }
  }
  if (name === 'runConfig') return { kind: 'configured', call: startConfigured as AnyFunction }
  if (name === 'reproduce') return { kind: 'call', call: reproduce as AnyFunction }
  const call = (library as unknown as Record<string, AnyFunction>)[name]
  if (CREATES.includes(name)) return { kind: 'create', call }
  if (RUNS.includes(name)) return { kind: 'run', call }
  if (CALLS.includes(name)) return { kind: 'call', call }
  throw new OptionError(`there is no method '${name}' in a worker`, { argument: 'method' })
}

/**
 * Make what a recipe describes, its arguments already made.
 * @throws {OptionError} a name that is no recipe
 */
export function cook(name: string, given: readonly unknown[]): unknown {
  const [group, probe] = name.split('.')
  const known =
    probe === undefined
      ? RECIPE_NAMES.includes(name)
      : group === 'probes' && probe !== 'custom' && Object.hasOwn(library.probes, probe)
  if (!known) throw new OptionError(`there is no recipe '${name}' in a worker`, { argument: 'recipe' })
  const home: object = probe === undefined ? library : library.probes
  return (home as Record<string, AnyFunction>)[probe ?? name](...given)
}
