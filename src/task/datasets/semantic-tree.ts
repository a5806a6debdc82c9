// Items at the leaves of a balanced tree; each node of the tree is a feature that the items below it have.
//
//   Y'Y counts the nodes that two items share, so its eigenvectors are the constant and, for every inner node of depth d, contrasts
//   between its children: with b children a node and D levels of branching,
//     constant: sum_{l=0..D} b^(D-l);   b^d (b - 1) contrasts of depth d = 0 .. D-1: sum_{l=d+1..D} b^(D-l)
//   A network learns them in that order: first what separates animals from plants, then birds from fish (progressive
//   differentiation).
import { checkInteger, checkOptions, describe } from '../../check.js'
import { OptionError, RangeArgError } from '../../errors.js'
import { itemDataset, numbered, type SemanticDataset } from './whitened-dataset.js'

/** Options of `semanticTree`: exactly one of `levels` and `leaves`. */
export interface SemanticTreeOptions {
  /** D, how often the tree branches: `branching^levels` items. */
  levels?: number
  /** The number of items, a power of `branching`. */
  leaves?: number
  /** b, children of each inner node. Default 2. */
  branching?: number
  /** Whether each item has a feature of its own. Default true; without, items of one parent cannot be told apart. */
  leafFeatures?: boolean
}

/** Rows of Y times items: more is no toy. */
const MAX_ENTRIES = 2 ** 24

/**
 * The semantic hierarchy: a balanced tree whose leaves are items and whose nodes, from the root down, are features.
 *
 * Whitened: `X = sqrt(P) I`, `Sigma_yx = Y/sqrt(P)` with Y the 0/1 table of nodes against items. `singularValues` come from the
 * formula: for two children a node, 8 leaves, their squares times 8 are 15, 7, 3, 3, 1, 1, 1, 1.
 * @throws {OptionError} both or neither of `levels` and `leaves`
 * @throws {RangeArgError} leaves that are no power of `branching`; a tree too large
 * @example
 * semanticTree({ levels: 3 }).outputs.shape // -> [15, 8]
 * @see Saxe, McClelland, Ganguli (2019), A mathematical theory of semantic development in deep neural networks, PNAS 116:11537
 */
export function semanticTree(options: SemanticTreeOptions): SemanticDataset {
  const given = checkOptions(options, 'semanticTree', ['levels', 'leaves', 'branching', 'leafFeatures'])
  if ((given.levels === undefined) === (given.leaves === undefined)) {
    throw new OptionError('semanticTree takes either levels or leaves', { argument: 'levels' })
  }
  const branching = checkInteger(given.branching ?? 2, 'branching', { min: 2, max: 1024 })
  const { leafFeatures = true } = given
  if (typeof leafFeatures !== 'boolean') {
    throw new OptionError(`leafFeatures must be true or false, got ${describe(leafFeatures)}`, {
      argument: 'leafFeatures',
    })
  }
  const levels =
    given.levels === undefined
      ? levelsOf(checkInteger(given.leaves, 'leaves', { min: branching }), branching)
      : checkInteger(given.levels, 'levels', { min: 1, max: 24 })
  return tree(leafFeatures ? 'semantic tree' : 'semantic tree without leaves', levels, branching, leafFeatures)
}

/**
 * The tree of 8 items and 15 features: 1 node of 8 items, 2 of 4, 4 of 2, and each item; squared singular values of
 * `sqrt(8) sigmaYX`: 15, 7, 3, 3, 1, 1, 1, 1.
 * @example
 * tree15().singularValues[0] ** 2 * 8 // -> 15
 * @see Saxe, McClelland, Ganguli (2019), PNAS 116:11537
 */
export function tree15(): SemanticDataset {
  return tree('tree15', 3, 2, true)
}

/**
 * The tree of 8 items and 7 features, without those of single items: rank 4, the test of rank-deficient tasks; squared singular
 * values of `sqrt(8) sigmaYX`: 14, 6, 2, 2, 0, 0, 0.
 * @example
 * tree7().outputs.shape // -> [7, 8]
 */
export function tree7(): SemanticDataset {
  return tree('tree7', 3, 2, false)
}

function tree(name: string, levels: number, branching: number, leafFeatures: boolean): SemanticDataset {
  const items = branching ** levels
  const deepest = leafFeatures ? levels : levels - 1
  let nodes = 0
  for (let depth = 0; depth <= deepest; depth++) nodes += branching ** depth
  if (nodes * items > MAX_ENTRIES) {
    throw new RangeArgError(`a tree of ${items} items and ${nodes} features is too large; take fewer levels`, {
      argument: 'levels',
    })
  }
  const y = new Float64Array(nodes * items)
  const features: string[] = []
  for (let depth = 0; depth <= deepest; depth++) {
    const width = branching ** (levels - depth)
    for (let first = 0; first < items; first += width) {
      y.fill(1, features.length * items + first, features.length * items + first + width)
      features.push(width === 1 ? `item ${first}` : `items ${first}-${first + width - 1}`)
    }
  }
  return itemDataset(name, numbered('item', items), features, y, squaresOf(levels, branching, deepest, nodes))
}

/** Squared singular values of Y, descending, as many as Y has rows or columns, whichever are fewer. */
function squaresOf(levels: number, branching: number, deepest: number, nodes: number): number[] {
  /** Nodes from depth `from` down that contain an item, each counted with its items. */
  const shared = (from: number) => {
    let sum = 0
    for (let depth = from; depth <= deepest; depth++) sum += branching ** (levels - depth)
    return sum
  }
  const squares = [shared(0)]
  for (let depth = 0; depth < levels; depth++) {
    const value = shared(depth + 1)
    for (let i = 0; i < branching ** depth * (branching - 1); i++) squares.push(value)
  }
  return squares.slice(0, Math.min(nodes, squares.length))
}

function levelsOf(leaves: number, branching: number): number {
  let [levels, size] = [1, branching]
  while (size < leaves) {
    size *= branching
    levels++
  }
  if (size !== leaves) {
    throw new RangeArgError(`leaves must be a power of branching = ${branching}, got ${leaves}`, { argument: 'leaves' })
  }
  return levels
}
