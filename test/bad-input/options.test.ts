// Options of products, engines, networks, starts, tasks, optimizers, probes and training.
import { expect, test } from 'vitest'
import {
  balanced,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type DeepLinearNetwork,
  type EngineOptions,
  explicit,
  findPlateaus,
  foldIn,
  gaussian,
  gradientDescent,
  key,
  matmul,
  matrixCompletion,
  orthogonal,
  type Probe,
  probes,
  regression,
  singularValues,
  split,
  svd,
  teacher,
  train,
  trainSync,
  whitened,
} from '../../src/index.js'
import { type Bench, badInputs, hole, type Row, wrong } from './table.js'

const products: Row[] = [
  ['a missing', ({ b }) => matmul(wrong(undefined), b), 'DTYPE', 'a must be a Matrix'],
  ['a nested array', ({ b }) => matmul(wrong([[1]]), b), 'DTYPE', 'a must be a Matrix'],
  ['a transposed operand', ({ a, b }) => matmul(wrong(a.T), b), 'DTYPE', 'a must be a Matrix'],
  ['b missing', ({ a }) => matmul(a, wrong(undefined)), 'DTYPE', 'b must be a Matrix'],
  ['b an array', ({ a }) => matmul(a, wrong(new Float64Array(6))), 'DTYPE', 'b must be a Matrix'],
  ['b foreign', ({ a, foreign }) => matmul(a, foreign), 'DISPOSED', 'b is a foreign handle'],
  ['a disposed', ({ a, gone }) => matmul(gone, a), 'DISPOSED', '3 x 2 matrix is gone'],
  ['b disposed', ({ a, gone }) => matmul(a, gone), 'DISPOSED', '3 x 2 matrix is gone'],
  ['b of another element type', ({ a, single }) => matmul(a, single), 'OPTION', 'b is float32'],
  ['inner sizes', ({ a }) => matmul(a, a), 'SHAPE', 'op(a) is 2 x 3 and op(b) is 2 x 3'],
  ['inner sizes, transposed', ({ a, b }) => matmul(a, b, { transposeB: true }), 'SHAPE', 'op(b) is 2 x 3'],
  ['transposeA "T"', ({ a, b }) => matmul(a, b, wrong({ transposeA: 'T' })), 'DTYPE', 'transposeA'],
  ['transposeB 1', ({ a, b }) => matmul(a, b, wrong({ transposeB: 1 })), 'DTYPE', 'transposeB'],
  ['alpha NaN', ({ a, b, out }) => matmul(a, b, { alpha: Number.NaN, out }), 'RANGE', 'alpha'],
  ['alpha "2"', ({ a, b, out }) => matmul(a, b, { alpha: wrong('2'), out }), 'DTYPE', 'alpha'],
  ['beta Infinity', ({ a, b, out }) => matmul(a, b, { beta: Infinity, out }), 'RANGE', 'beta'],
  ['beta 1n', ({ a, b, out }) => matmul(a, b, { beta: wrong(1n), out }), 'DTYPE', 'beta'],
  ['out of another shape', ({ a, b }) => matmul(a, b, { out: b }), 'SHAPE', 'out must be 2 x 2, got 3 x 2'],
  ['out an array', ({ a, b }) => matmul(a, b, { out: wrong([1, 2, 3, 4]) }), 'DTYPE', 'out must be a Matrix'],
  ['out null', ({ a, b }) => matmul(a, b, { out: wrong(null) }), 'DTYPE', 'out must be a Matrix'],
  ['out an operand', ({ out, engine }) => engine.matmul(out, out, { out }), 'OPTION', 'out must not be an operand'],
  ['out foreign', ({ a, b, foreign }) => matmul(a, b, { out: foreign }), 'DISPOSED', 'out is a foreign handle'],
  ['out of another type', ({ a, b, single }) => matmul(a, b, { out: single }), 'OPTION', 'out is float32'],
  ['out disposed', ({ b, out, gone }) => matmul(b, out, { out: gone }), 'DISPOSED', 'is gone'],
  ['unknown option', ({ a, b }) => matmul(a, b, wrong({ tranposeA: true })), 'OPTION', "did you mean 'transposeA'?"],
  ['options an array', ({ a, b }) => matmul(a, b, wrong([])), 'OPTION', 'options must be an object of options'],
  ['options a matrix', ({ a, b, out }) => matmul(a, b, wrong(out)), 'OPTION', 'options'],
  ['svd of nothing', () => svd(wrong(undefined)), 'DTYPE', 'a must be a Matrix'],
  ['svd of an array', () => svd(wrong([[1]])), 'DTYPE', 'a must be a Matrix'],
  ['svd of a disposed matrix', ({ gone }) => svd(gone), 'DISPOSED', 'is gone'],
  ['svd with options it has not', ({ a }) => svd(a, wrong({ ranks: 2 })), 'OPTION', "did you mean 'rank'?"],
  ['singularValues of a string', () => singularValues(wrong('a')), 'DTYPE', 'a must be a Matrix'],
]

const start = (options: unknown) => createEngineSync(wrong<EngineOptions>(options))
const engines: Row[] = [
  ['options null', () => start(null), 'OPTION', 'options'],
  ['options a string', () => start('wasm'), 'OPTION', 'options'],
  ['options an array', () => start([]), 'OPTION', 'options'],
  ['backend "webgpu"', () => start({ backend: 'webgpu' }), 'OPTION', "'auto', 'wasm', 'typescript'"],
  ['backend "Wasm"', () => start({ backend: 'Wasm' }), 'OPTION', "did you mean 'wasm'?"],
  ['reproducible "yes"', () => start({ reproducible: 'yes' }), 'DTYPE', 'reproducible'],
  ['dtype "double"', () => start({ dtype: 'double' }), 'OPTION', 'dtype'],
  ['budgetBytes 0', () => start({ budgetBytes: 0 }), 'RANGE', 'budgetBytes'],
  ['budgetBytes 2^32', () => start({ budgetBytes: 2 ** 32 }), 'RANGE', 'budgetBytes'],
  ['budgetBytes NaN', () => start({ budgetBytes: Number.NaN }), 'RANGE', 'budgetBytes'],
  ['budgetBytes "1 GiB"', () => start({ budgetBytes: '1 GiB' }), 'DTYPE', 'budgetBytes'],
  ['initialBytes -1', () => start({ initialBytes: -1 }), 'RANGE', 'initialBytes'],
  ['initialBytes 1.5e5 + 0.5', () => start({ initialBytes: 150_000.5 }), 'RANGE', 'initialBytes'],
  ['onLeak a string', () => start({ onLeak: 'warn' }), 'DTYPE', 'onLeak'],
  ['wasm a path', () => start({ wasm: './kernels.wasm' }), 'DTYPE', 'wasm must be a WebAssembly.Module'],
  ['wasm an ArrayBuffer', () => start({ wasm: new ArrayBuffer(8) }), 'DTYPE', 'ArrayBuffer'],
  ['wasm floats', () => start({ wasm: new Float32Array(2) }), 'DTYPE', 'Float32Array(2)'],
  ['threads 0', () => start({ threads: 0 }), 'RANGE', 'threads'],
  ['threads 1.5', () => start({ threads: 1.5 }), 'RANGE', 'threads'],
  ['threads text', () => start({ threads: '2' }), 'DTYPE', 'threads'],
  ['wide text', () => start({ wide: 'yes' }), 'DTYPE', 'wide'],
  ['reproducable', () => start({ reproducable: true }), 'OPTION', "did you mean 'reproducible'?"],
]

const keys: Row[] = [
  ['seed -1', () => key(-1), 'RANGE', 'seed'],
  ['seed 1.5', () => key(1.5), 'RANGE', 'seed'],
  ['seed 2^64', () => key(2 ** 64), 'RANGE', 'seed'],
  ['seed 2^64 as a bigint', () => key(1n << 64n), 'RANGE', 'seed'],
  ['seed -1n', () => key(-1n), 'RANGE', 'seed'],
  ['seed "1"', () => key(wrong('1')), 'DTYPE', 'seed'],
  ['seed missing', () => key(wrong(undefined)), 'DTYPE', 'seed'],
  ['foldIn of no key', () => foldIn(wrong(7), 0), 'DTYPE', 'key'],
  ['foldIn -1', () => foldIn(key(0), -1), 'RANGE', 'data'],
  ['split into 2.5', () => split(key(0), 2.5), 'RANGE', 'count'],
]

const network = (options: unknown) => (bench: Bench) => createNetwork(bench.engine, wrong(options))
const gram = (options: unknown) => (bench: Bench) => createGramNetwork(bench.engine, wrong(options))
const networks: Row[] = [
  ['no engine', () => createNetwork(wrong(undefined), { sizes: [2, 2] }), 'DTYPE', 'engine must be an engine'],
  ['an object for an engine', () => createNetwork(wrong({ matrix() {} }), { sizes: [2, 2] }), 'DTYPE', 'engine'],
  ['options missing', network(undefined), 'OPTION', 'sizes'],
  ['options a list of sizes', network([2, 3, 2]), 'OPTION', 'network must be an object of options'],
  ['sizes missing', network({}), 'OPTION', 'sizes'],
  ['sizes a number', network({ sizes: 8 }), 'OPTION', 'sizes'],
  ['sizes empty', network({ sizes: [] }), 'RANGE', 'sizes'],
  ['depth 0', network({ sizes: [4] }), 'RANGE', 'sizes'],
  ['a layer of size 0', network({ sizes: [4, 0, 2] }), 'RANGE', 'sizes[1]'],
  ['a layer of size -1', network({ sizes: [4, 3, -1] }), 'RANGE', 'sizes[2]'],
  ['a layer of size 2.5', network({ sizes: [4, 2.5, 2] }), 'RANGE', 'sizes[1]'],
  ['a layer of size "3"', network({ sizes: [4, '3', 2] }), 'DTYPE', 'sizes[1]'],
  ['a layer missing', network({ sizes: hole([4, 3, 2], 1) }), 'DTYPE', 'sizes[1]'],
  ['layers too large for the budget', network({ sizes: [4000, 4000, 2] }), 'MEMORY', 'sizes'],
  ['layers too large for anything', network({ sizes: [2 ** 31 - 1, 2 ** 31 - 1] }), 'MEMORY', 'sizes'],
  ['seed -1', network({ sizes: [2, 2], seed: -1 }), 'RANGE', 'seed'],
  ['seed 0.5', network({ sizes: [2, 2], seed: 0.5 }), 'RANGE', 'seed'],
  ['seed 2^64', network({ sizes: [2, 2], seed: 2 ** 64 }), 'RANGE', 'seed'],
  ['seed "a"', network({ sizes: [2, 2], seed: 'a' }), 'DTYPE', 'seed'],
  ['dtype float16', network({ sizes: [2, 2], dtype: 'float16' }), 'OPTION', 'dtype'],
  ['init a string', network({ sizes: [2, 2], init: 'gaussian' }), 'OPTION', 'init'],
  ['init a number', network({ sizes: [2, 2], init: 0.1 }), 'OPTION', 'init'],
  ['size for sizes', network({ size: [2, 2] }), 'OPTION', "did you mean 'sizes'?"],
  ['predict from an array', withNetwork((net) => net.predict(wrong([[1], [2]]))), 'DTYPE', 'inputs'],
  ['predict from two rows too many', withNetwork((net, { b }) => net.predict(b)), 'SHAPE', 'inputs must have 2 rows'],
  ['a Gram network of three layers', gram({ sizes: [2, 3, 3, 2] }), 'SHAPE', 'sizes must be [n, w, m]'],
  ['a Gram network of width 0', gram({ sizes: [2, 0, 2] }), 'RANGE', 'sizes[1]'],
  ['a Gram network of width 1e13', gram({ sizes: [2, 1e13, 2] }), 'RANGE', 'sizes[1]'],
  ['a Gram network of nothing', gram(undefined), 'SHAPE', 'sizes'],
  ['a Gram network of width', gram({ width: 3, sizes: [2, 3, 2] }), 'OPTION', "no option 'width'"],
]

function withNetwork(use: (net: DeepLinearNetwork, bench: Bench) => unknown) {
  return (bench: Bench) => {
    const net = createNetwork(bench.engine, { sizes: [2, 3, 2], seed: 1 })
    try {
      return use(net, bench)
    } finally {
      net.dispose()
    }
  }
}

const begin = (init: () => unknown, sizes = [3, 2, 2]) => {
  return ({ engine }: Bench) => createNetwork(engine, { sizes, init: wrong(init()) })
}
const starts: Row[] = [
  ['gaussian without options', () => gaussian(wrong(undefined)), 'OPTION', 'either gamma'],
  ['gaussian with both', () => gaussian(wrong({ gamma: 1, variance: 1 })), 'OPTION', 'either gamma'],
  ['variance 0', () => gaussian({ variance: 0 }), 'RANGE', 'fixed point'],
  ['variance -1', () => gaussian({ variance: -1 }), 'RANGE', 'variance'],
  ['variance NaN', () => gaussian({ variance: Number.NaN }), 'RANGE', 'variance'],
  ['variance "1"', () => gaussian({ variance: wrong('1') }), 'DTYPE', 'variance'],
  ['gamma Infinity', () => gaussian({ gamma: Number.POSITIVE_INFINITY }), 'RANGE', 'gamma'],
  ['gamma 1000', () => gaussian({ gamma: 1000 }), 'RANGE', 'gamma'],
  ['gama', () => gaussian(wrong({ gama: 1 })), 'OPTION', "did you mean 'gamma'?"],
  ['orthogonal gain 0', () => orthogonal({ gain: 0 }), 'RANGE', 'gain'],
  ['orthogonal gain -1', () => orthogonal({ gain: -1 }), 'RANGE', 'gain'],
  ['balanced without options', () => balanced(wrong({})), 'OPTION', 'either scale or endToEnd'],
  ['balanced scale 0', () => balanced({ scale: 0 }), 'RANGE', 'scale'],
  ['balanced scale "1"', () => balanced({ scale: wrong('1') }), 'DTYPE', 'scale'],
  ['balanced endToEnd NaN', () => balanced({ endToEnd: [[Number.NaN]] }), 'RANGE', 'endToEnd'],
  [
    'balanced endToEnd of another shape',
    begin(() => balanced({ endToEnd: [[1, 2]] })),
    'SHAPE',
    'endToEnd must be 2 x 3',
  ],
  [
    'balanced endToEnd of too high a rank',
    begin(
      () =>
        balanced({
          endToEnd: [
            [1, 0],
            [0, 1],
          ],
        }),
      [2, 1, 2],
    ),
    'SHAPE',
    'rank',
  ],
  ['explicit without matrices', () => explicit([]), 'OPTION', 'explicit'],
  ['explicit a string', () => explicit(wrong('W')), 'OPTION', 'explicit'],
  ['explicit Infinity', () => explicit([[[1]], [[Number.POSITIVE_INFINITY]]]), 'RANGE', 'W_2'],
  ['explicit of another depth', begin(() => explicit([[[1, 2, 3]]])), 'SHAPE', 'explicit has 1 matrices'],
  ['explicit that does not chain', begin(() => explicit([[[1, 2, 3]], [[1, 2]]])), 'SHAPE', 'W_1 must be 2 x 3'],
  ['an initializer that returns too little', begin(() => ({ weights: () => [[1], [2]] })), 'SHAPE', '6 elements'],
]

const tasks: Row[] = [
  ['whitened of nothing', () => whitened(wrong(undefined)), 'DTYPE', 'sigmaYX'],
  ['whitened of a vector', () => whitened(wrong([1, 2])), 'SHAPE', 'sigmaYX'],
  ['whitened of NaN', () => whitened([[1, Number.NaN]]), 'RANGE', 'sigmaYX must be finite'],
  ['whitened of a disposed matrix', ({ gone }) => whitened(gone), 'DISPOSED', 'is gone'],
  ['regression without targets', () => regression([[1]], wrong(undefined)), 'DTYPE', 'y must be'],
  ['regression of other samples', () => regression([[1, 2]], [[1]]), 'SHAPE', 'x has 2 samples'],
  ['regression without samples', () => regression([[]], [[]]), 'SHAPE', 'x has no samples'],
  ['regression of infinities', () => regression([[1]], [[Number.POSITIVE_INFINITY]]), 'RANGE', 'y must be finite'],
  ['regression that overflows', () => regression([[1e200]], [[1]]), 'RANGE', 'overflow'],
  ['completion of another mask', () => matrixCompletion([[1]], [[1, 2]]), 'SHAPE', 'mask is 1 x 1'],
  ['completion with mask 0.5', () => matrixCompletion([[0.5]], [[1]]), 'RANGE', 'mask entries must be 0 or 1'],
  ['completion of NaN', () => matrixCompletion([[0]], [[Number.NaN]]), 'RANGE', 'target must be finite'],
  ['teacher without inputs', () => teacher(wrong({ outputs: 2 })), 'DTYPE', 'inputs'],
  ['teacher of rank 0', () => teacher({ inputs: 2, outputs: 2, rank: 0 }), 'RANGE', 'rank'],
  ['teacher of rank 3 in 2 x 2', () => teacher({ inputs: 2, outputs: 2, rank: 3 }), 'RANGE', 'rank'],
  [
    'teacher of other values',
    () => teacher({ inputs: 2, outputs: 2, rank: 1, singularValues: [2, 1] }),
    'OPTION',
    'rank is 1',
  ],
  [
    'teacher of values 3',
    () => teacher({ inputs: 2, outputs: 2, singularValues: wrong(3) }),
    'DTYPE',
    'singularValues',
  ],
  ['teacher of value -1', () => teacher({ inputs: 2, outputs: 2, singularValues: [-1] }), 'RANGE', 'singularValues[0]'],
  ['teacher of noise -1', () => teacher({ inputs: 2, outputs: 2, noise: -1 }), 'RANGE', 'noise'],
  ['teacher of 0 samples', () => teacher({ inputs: 2, outputs: 2, samples: 0 }), 'RANGE', 'samples'],
  ['teacher of 1e9 samples', () => teacher({ inputs: 2, outputs: 2, samples: 1e9 }), 'RANGE', 'samples'],
  ['teacher of seed NaN', () => teacher({ inputs: 2, outputs: 2, seed: Number.NaN }), 'RANGE', 'seed'],
  ['teacher of nois', () => teacher(wrong({ inputs: 2, outputs: 2, nois: 1 })), 'OPTION', "did you mean 'noise'?"],
]

const optimizers: Row[] = [
  ['no options', () => gradientDescent(wrong(undefined)), 'DTYPE', 'learningRate'],
  ['learningRate 0', () => gradientDescent({ learningRate: 0 }), 'RANGE', 'learningRate'],
  ['learningRate -1', () => gradientDescent({ learningRate: -1 }), 'RANGE', 'learningRate'],
  ['learningRate NaN', () => gradientDescent({ learningRate: Number.NaN }), 'RANGE', 'learningRate'],
  ['learningRate Infinity', () => gradientDescent({ learningRate: Number.POSITIVE_INFINITY }), 'RANGE', 'learningRate'],
  ['learningRate "0.1"', () => gradientDescent({ learningRate: wrong('0.1') }), 'DTYPE', 'learningRate'],
  ['learningrate', () => gradientDescent(wrong({ learningrate: 1 })), 'OPTION', "did you mean 'learningRate'?"],
  ['update "async"', () => gradientDescent({ learningRate: 1, update: wrong('async') }), 'OPTION', 'update'],
  ['a momentum', () => gradientDescent(wrong({ learningRate: 1, momentum: 0.9 })), 'OPTION', "no option 'momentum'"],
]

const inputs = [
  [1, 2],
  [3, 4],
]
const probing = (...list: Probe[]) => training({ record: { probes: list } })
const probeRows: Row[] = [
  ['singularValues rank 0', () => probes.singularValues({ rank: 0 }), 'RANGE', 'rank'],
  ['singularValues rank 2.5', () => probes.singularValues({ rank: 2.5 }), 'RANGE', 'rank'],
  ['singularValues rank 3 of 2', probing(probes.singularValues({ rank: 3 })), 'RANGE', 'rank must be at most 2'],
  ['rank tolerance 0', () => probes.rank({ tolerance: 0 }), 'RANGE', 'tolerance'],
  ['rank tolerance 1', () => probes.rank({ tolerance: 1 }), 'RANGE', 'tolerance'],
  ['rank tol', () => probes.rank(wrong({ tol: 0.1 })), 'OPTION', "no option 'tol'"],
  ['balance drift 1', () => probes.balance({ drift: wrong(1) }), 'DTYPE', 'drift'],
  ['accuracy without labels', () => probes.accuracy(wrong({ inputs })), 'DTYPE', 'labels'],
  ['accuracy labels a string', () => probes.accuracy({ inputs, labels: wrong('01') }), 'DTYPE', 'labels'],
  ['accuracy label 0.5', () => probes.accuracy({ inputs, labels: [0, 0.5] }), 'RANGE', 'labels[1]'],
  ['accuracy label -1', () => probes.accuracy({ inputs, labels: [-1, 0] }), 'RANGE', 'labels[0]'],
  ['accuracy labels of other samples', () => probes.accuracy({ inputs, labels: [1] }), 'SHAPE', 'labels'],
  ['accuracy of no samples', () => probes.accuracy({ inputs: [[], []], labels: [] }), 'SHAPE', 'inputs'],
  ['accuracy bias a number', () => probes.accuracy({ inputs, labels: [0, 1], bias: wrong(1) }), 'DTYPE', 'bias'],
  ['accuracy bias NaN', () => probes.accuracy({ inputs, labels: [0, 1], bias: [0, Number.NaN] }), 'RANGE', 'bias[1]'],
  ['accuracy bias of 3', probing(probes.accuracy({ inputs, labels: [0, 1], bias: [1, 2, 3] })), 'SHAPE', 'bias'],
  ['accuracy label 2 of 2 classes', probing(probes.accuracy({ inputs, labels: [0, 2] })), 'RANGE', 'labels'],
  ['accuracy of other inputs', probing(probes.accuracy({ inputs: [[1]], labels: [0] })), 'SHAPE', 'inputs'],
  ['plateaus rho 1', () => findPlateaus(run(3), { rho: 1 }), 'RANGE', 'rho'],
  ['plateaus floor -1', () => findPlateaus(run(3), { floor: -1 }), 'RANGE', 'floor'],
  ['plateaus of two lengths', () => findPlateaus({ ...run(3), loss: [1] }), 'SHAPE', 'loss 1'],
  [
    'plateaus of odd singular values',
    () => findPlateaus({ ...run(3), singularValues: [1, 2] }),
    'SHAPE',
    'singularValues',
  ],
]

function run(frames: number) {
  const column = new Float64Array(frames)
  return { step: column, loss: column, gradientNorm: column, singularValues: column }
}

/** Training of a 2-3-2 network with some options replaced; memory is looked at once the network is gone again. */
function training(
  options: unknown,
  target: unknown = whitened(inputs),
  run: (...args: never[]) => unknown = trainSync,
) {
  return withNetwork((net) => {
    const base = { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 5 }
    const given = typeof options === 'object' ? { ...base, ...options } : options
    return run(wrong(net), wrong(target), wrong(given))
  })
}

const constant = (name: string): Probe<string, number> => ({ name, shape: () => [], emit: () => () => 1 })
const trainings: Row[] = [
  [
    'no network',
    () => trainSync(wrong(undefined), whitened(inputs), wrong<never>({})),
    'DTYPE',
    'net must be a network',
  ],
  ['no task', training({}, null), 'DTYPE', 'task must be a task'],
  ['a matrix for a task', training({}, [[1]]), 'DTYPE', 'task must be a task'],
  ['a task of another size', training({}, whitened([[1]])), 'SHAPE', 'the task 1 to 1'],
  ['options missing', training(undefined), 'OPTION', 'optimizer'],
  ['options a number', training(100), 'OPTION', 'train must be an object of options'],
  ['optimizer missing', training({ optimizer: undefined }), 'OPTION', 'optimizer'],
  ['optimizer a string', training({ optimizer: 'adam' }), 'OPTION', 'optimizer'],
  ['optimizer not called', training({ optimizer: gradientDescent }), 'OPTION', 'optimizer'],
  ['steps missing', training({ steps: undefined }), 'DTYPE', 'steps'],
  ['steps -1', training({ steps: -1 }), 'RANGE', 'steps'],
  ['steps 0.5', training({ steps: 0.5 }), 'RANGE', 'steps'],
  ['steps 1e16', training({ steps: 1e16 }), 'RANGE', 'steps'],
  ['steps Infinity', training({ steps: Number.POSITIVE_INFINITY }), 'RANGE', 'steps'],
  ['steps "10"', training({ steps: '10' }), 'DTYPE', 'steps'],
  ['record a number', training({ record: 10 }), 'OPTION', 'record'],
  ['record.every 0', training({ record: { every: 0 } }), 'RANGE', 'record.every'],
  ['record.every 0.5', training({ record: { every: 0.5 } }), 'RANGE', 'record.every'],
  ['record.evry', training({ record: { evry: 2 } }), 'OPTION', "did you mean 'every'?"],
  ['record.probes a probe', training({ record: { probes: probes.loss() } }), 'OPTION', 'record.probes'],
  ['record.probes a name', training({ record: { probes: ['loss'] } }), 'OPTION', 'record.probes'],
  ['record.probes not called', training({ record: { probes: [probes.loss] } }), 'OPTION', 'record.probes'],
  ['a column twice', probing(probes.loss(), probes.loss()), 'OPTION', "'loss' twice"],
  ['a column of the name step', probing(constant('step')), 'OPTION', "'step' twice"],
  ['until a number', training({ until: 0.1 }), 'OPTION', 'until'],
  ['until.loss -1', training({ until: { loss: -1 } }), 'RANGE', 'until.loss'],
  ['until.loss NaN', training({ until: { loss: Number.NaN } }), 'RANGE', 'until.loss'],
  ['until.gradientNorm "0"', training({ until: { gradientNorm: '0' } }), 'DTYPE', 'until.gradientNorm'],
  ['until.los', training({ until: { los: 1 } }), 'OPTION', "did you mean 'loss'?"],
  ['signal a controller', training({ signal: new AbortController() }), 'DTYPE', 'signal'],
  ['signal a controller, asynchronously', training({ signal: {} }, whitened(inputs), train), 'DTYPE', 'signal'],
  ['sliceMs 0', training({ sliceMs: 0 }), 'RANGE', 'sliceMs'],
  ['sliceMs an hour', training({ sliceMs: 3.6e6 }), 'RANGE', 'sliceMs'],
  ['epochs', training({ epochs: 3 }), 'OPTION', "no option 'epochs'"],
  ['a disposed network', withNetwork(trainDisposed), 'DISPOSED', 'is gone'],
]

function trainDisposed(net: DeepLinearNetwork): unknown {
  net.dispose()
  return train5(net)
}

function train5(net: DeepLinearNetwork): unknown {
  return trainSync(net, whitened(inputs), { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 5 })
}

badInputs('products and decompositions', products)
badInputs('engine options', engines)
badInputs('keys', keys)
badInputs('networks', networks)
badInputs('starts', starts)
badInputs('tasks', tasks)
badInputs('optimizers', optimizers)
badInputs('probes', probeRows)
badInputs('training', trainings)

test('a signal that is bad keeps nothing of the run, and the next run is not disturbed', () => {
  const engine = createEngineSync()
  const net = createNetwork(engine, { sizes: [2, 2], seed: 3 })
  train5(net)
  const { liveBytes } = engine.memory
  expect(() => training({ signal: 7 })({ engine } as Bench)).toThrow(/signal/)
  expect(engine.memory.liveBytes).toBe(liveBytes)
})
