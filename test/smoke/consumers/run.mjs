// What every consumer does with the library: train a small network, and say what came out, bit by bit. No entry of the package is imported here:
// each consumer hands in what it loaded, in its own way.

/** 64 bits of each number, in hexadecimal; a sum over all of them for arrays. */
export function bits(values) {
  const words = new BigUint64Array(Float64Array.from(values).buffer)
  if (words.length === 1) return words[0].toString(16).padStart(16, '0')
  let sum = 14695981039346656037n
  for (const word of words) sum = ((sum ^ word) * 1099511628211n) & 0xffffffffffffffffn
  return sum.toString(16).padStart(16, '0')
}

const SIGMA = [
  [3, 0.5, 0, 0.25],
  [0, 2, 0.125, 0],
  [0.5, 0, 1, 0],
]

/** Train with Adam and a schedule, so that square roots, cosines and divisions all take part. */
export async function run({ createEngine, createNetwork, train, adam, cosine, gaussian, whitened, probes }, options) {
  const engine = await createEngine({ reproducible: true, ...options })
  const net = await createNetwork(engine, { sizes: [4, 16, 16, 3], init: gaussian({ gamma: 1.5 }), seed: 7 })
  const training = train(net, whitened(SIGMA), {
    optimizer: adam({ learningRate: cosine({ rate: 0.02, steps: 300 }) }),
    steps: 300,
    record: { every: 10, probes: [probes.loss(), probes.singularValues({ rank: 3 })] },
  })
  const losses = []
  for await (const { loss } of training) losses.push(loss)
  const { status } = await training.finished
  const weights = []
  for (const matrix of await net.weights) weights.push(...(await matrix.toArray()))
  const { backend, build, worker } = engine.info
  engine.dispose()
  return {
    status,
    backend,
    build,
    worker: worker?.used,
    loss: losses.at(-1),
    losses: bits(losses),
    weights: bits(weights),
  }
}

/** Curves of the theory, which has no engine. */
export const theory = ({ balancedModes }) => bits(balancedModes([3, 2, 1], [0.001, 0.002, 0.003], 3, [0, 1, 2, 5]))
