// Probes of weights and of other tasks against plain arithmetic; exact laws of charges; and what users write themselves.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  explicit,
  gradientDescent,
  type Matrix,
  momentum,
  type Network,
  type Probe,
  probes,
  regression,
  trainSync,
  whitened,
} from '../../src/index.js'
import type { ProbeView } from '../../src/probe/custom.js'
import type { ProbeContext } from '../../src/probe/probe.js'
import {
  diagonal,
  difference,
  eye,
  forward,
  householder,
  inner,
  noise,
  norm,
  observe,
  once,
  plus,
  type Rows,
  scale,
  times,
  transpose,
} from './observe.js'

const engine = createEngineSync()
const weights = [noise(5, 3, 1), noise(4, 5, 2), noise(2, 4, 3)]
const sizesOf = (at: readonly Rows[]) => [at[0][0].length, ...at.map((w) => w.length)]
const network = (at: readonly Rows[], dtype: 'float64' | 'float32' = 'float64') =>
  createNetwork(engine, { sizes: sizesOf(at), init: explicit(at), dtype })
const put = (net: { weights: readonly Matrix[] }, at: readonly Rows[]) => {
  for (const [l, w] of net.weights.entries()) w.set(at[l])
}
const charge = (at: readonly Rows[], l: number, rates = [1, 1, 1]) =>
  plus(
    scale(times(transpose(at[l + 1]), at[l + 1]), 1 / rates[l + 1]),
    scale(times(at[l], transpose(at[l])), 1 / rates[l]),
    -1,
  )
const diag = (a: Rows) => a.map((row, i) => row[i])
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe('norms and distances', () => {
  test('of layers and neurons', () => {
    using net = network(weights)
    expect(difference(once(net, probes.weightNorms()) as Float64Array, weights.map(norm))).toBeLessThan(1e-15)
    for (const layer of [1, 2]) {
      const rows = weights[layer - 1].map((row) => norm([row]))
      const columns = transpose(weights[layer]).map((row) => norm([row]))
      expect(difference(once(net, probes.neuronNorms({ layer })) as Float64Array, rows)).toBeLessThan(1e-15)
      const outgoing = once(net, probes.neuronNorms({ layer, side: 'outgoing' })) as Float64Array
      expect(difference(outgoing, columns)).toBeLessThan(1e-15)
    }
  })

  test('from the start, from given weights, from a step', () => {
    using net = network(weights)
    const given = weights.map((w, l) => noise(w.length, w[0].length, 40 + l))
    const path = [1, 2, 3, 4].map((t) => weights.map((w, l) => plus(w, noise(w.length, w[0].length, 50 + l), t)))
    const list: Probe[] = [
      probes.distance(),
      { ...probes.distance({ to: given }), name: 'given' },
      probes.meanSquaredDisplacement(),
      { ...probes.meanSquaredDisplacement({ from: 2 }), name: 'later' },
    ]
    const { frames } = observe(
      net,
      list,
      path.map((at) => () => put(net, at)),
    )
    const far = (a: readonly Rows[], b: readonly Rows[]) =>
      Math.sqrt(sum(a.map((w, l) => norm(plus(w, b[l], -1)) ** 2)))
    const all = [weights, ...path]
    for (const [t, at] of all.entries()) {
      const count = sum(at.map((w) => w.flat().length))
      const wanted = [
        far(at, weights),
        far(at, given),
        far(at, weights) ** 2 / count,
        t < 2 ? 0 : far(at, all[2]) ** 2 / count,
      ]
      expect(difference(frames[t] as number[], wanted)).toBeLessThan(1e-14)
    }
  })

  test('the start of a run is that of its first task', () => {
    using net = network(weights)
    const list: Probe[] = [
      probes.distance(),
      probes.meanSquaredDisplacement({ from: 1 }),
      probes.kernelDistance(),
      probes.cka({ layer: 1 }),
      probes.representationalAlignment({ layer: 1 }),
    ]
    const [a, b] = [1, 2].map((t) => weights.map((w, l) => plus(w, noise(w.length, w[0].length, 50 + l), t)))
    const run = {}
    observe(net, list, [() => put(net, a)], undefined, run)
    const second = observe(net, list, [() => put(net, b)], undefined, run).frames
    put(net, weights)
    const whole = observe(
      net,
      list,
      [a, b].map((at) => () => put(net, at)),
    ).frames
    expect(second).toEqual(whole.slice(1))
    // Another run of the same probes begins anew.
    expect(observe(net, list).frames[0].slice(0, 3)).toEqual([0, 0, 0])
  })

  test('a run that counts no steps has no step to start from', () => {
    using net = network(weights)
    const forget = (context: ProbeContext) => {
      context.step = undefined
    }
    const run = () => observe(net, [probes.meanSquaredDisplacement({ from: 5 })], [forget])
    expect(run).toThrow(expect.objectContaining({ code: 'OPTION', argument: 'from' }))
  })
})

describe('lambda', () => {
  const [u, r, v] = [householder([1, 2, 3]), householder([1, 1, -1]), householder([2, -1, 1])]
  const values = [2, 1, 0.5]

  test.each([0, 0.7, -4])('a balanced network reads as lambda %d, spread 0', (lambda) => {
    const part = (sign: number) =>
      values.map((s) => Math.sqrt((Math.sqrt(lambda * lambda + 4 * s * s) + sign * lambda) / 2))
    const at = [times(times(r, diagonal(3, 3, part(-1))), v), times(times(u, diagonal(3, 3, part(1))), transpose(r))]
    using net = network(at)
    const [mean, spread] = once(net, probes.lambda()) as Float64Array
    expect(Math.abs(mean - lambda)).toBeLessThan(1e-14)
    expect(spread).toBeLessThan(1e-14)
    using form = createGramNetwork(engine, { sizes: [3, 3, 3], init: explicit(at) })
    const [gramMean, gramSpread] = once(form, probes.lambda()) as Float64Array
    expect(Math.abs(gramMean - lambda)).toBeLessThan(1e-14)
    expect(gramSpread).toBeLessThan(2e-7)
  })

  test('mean and standard deviation of the eigenvalues, by their moments', () => {
    using net = network(weights)
    const wanted = [0, 1].flatMap((l) => {
      const d = charge(weights, l)
      const mean = sum(diag(d)) / d.length
      return [mean, Math.sqrt(inner(d, d) / d.length - mean * mean)]
    })
    expect(difference(once(net, probes.lambda()) as Float64Array, wanted)).toBeLessThan(1e-14)
  })
})

describe('charges', () => {
  test('trace, neurons and matrix, of one pair and of all, with rates of the layers', () => {
    using net = network(weights)
    for (const rates of [undefined, [0.5, 2, 3]]) {
      const all = [0, 1].map((l) => charge(weights, l, rates))
      const wanted = {
        trace: all.map((d) => [sum(diag(d))]),
        neurons: all.map(diag),
        matrix: all.map((d) => d.flat()),
      }
      for (const form of ['trace', 'neurons', 'matrix'] as const) {
        const got = once(net, probes.noetherCharges({ form, rates })) as Float64Array
        expect(difference(got, wanted[form].flat())).toBeLessThan(1e-14)
        const second = once(net, probes.noetherCharges({ form, rates, layer: 2 })) as Float64Array
        expect(difference(second, wanted[form][1])).toBeLessThan(1e-14)
      }
    }
    expect(probes.noetherCharges({ form: 'matrix', layer: 2 }).shape(net)).toEqual([4, 4])
  })

  test('with momentum and weight decay they obey the exact laws of a step', () => {
    // M = beta N + lambda D;  D -= eta (M + M') - eta^2 K;  N = M - eta K,  K = V_{l+1}' V_{l+1} - V_l V_l'
    const [eta, beta, decay] = [0.05, 0.8, 0.02]
    let at: Rows[] = weights.map((w) => scale(w, 0.4))
    let velocity: Rows[] = at.map((w) => scale(w, 0))
    const target = noise(2, 3, 90)
    using net = network(at)
    const memory = velocity.map((rows) => engine.matrix(rows))
    const state = memory.map((matrix, l) => ({ name: `velocity W_${l + 1}`, matrix }))
    const kinetic: Rows[][] = []
    const step = () => {
      const error = plus(forward(at, eye(3)), target, -1)
      const gradients = at.map((_, l) => {
        const above = at.slice(l + 1).reduce((t, w) => times(w, t), eye(at[l].length))
        return times(times(transpose(above), error), transpose(forward(at.slice(0, l), eye(3))))
      })
      velocity = velocity.map((v, l) => plus(plus(scale(v, beta), gradients[l]), at[l], decay))
      at = at.map((w, l) => plus(w, velocity[l], -eta))
      put(net, at)
      velocity.forEach((v, l) => {
        memory[l].set(v)
      })
      kinetic.push([0, 1].map((l) => charge(velocity, l)))
    }
    // The optimizer's state is known before probes emit.
    const withState = (probe: Probe): Probe => ({
      ...probe,
      emit(p, context) {
        context.optimizerState = state
        return probe.emit(p, context)
      },
    })
    const list = (['trace', 'neurons', 'matrix'] as const).flatMap((form) =>
      (['weights', 'velocities', 'kinetic'] as const).map((of) => ({
        ...withState(probes.noetherCharges({ form, of, ...(form === 'matrix' ? { layer: 2 } : {}) })),
        name: `${form}_${of}`,
      })),
    )
    const { frames } = observe(net, list, new Array(30).fill(step))
    for (const matrix of memory) matrix.dispose()
    const fold = (x: ArrayLike<number>): Rows => [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => x[4 * i + j]))
    for (let n = 0; n < 30; n++) {
      const [before, after] = [frames[n], frames[n + 1]] as Float64Array[][]
      const check = (d: number, symmetric: (m: Rows) => Rows, rows: (x: Float64Array) => Rows, k: Rows) => {
        const m = plus(scale(rows(before[d + 1]), beta), rows(before[d]), decay)
        const next = plus(plus(rows(before[d]), symmetric(m), -eta), k, eta * eta)
        expect(difference(after[d], next.flat())).toBeLessThan(1e-12)
        expect(difference(after[d + 1], plus(m, k, -eta).flat())).toBeLessThan(1e-12)
        expect(difference(after[d + 2], k.flat())).toBeLessThan(1e-12)
      }
      const twice = (m: Rows) => scale(m, 2)
      check(0, twice, (x) => [[...x]], [kinetic[n].map((k) => sum(diag(k)))])
      check(3, twice, (x) => [[...x]], [kinetic[n].flatMap(diag)])
      check(6, (m) => plus(m, transpose(m)), fold, kinetic[n][1])
    }
    const refused = () => once(net, probes.noetherCharges({ of: 'velocities' }))
    expect(refused).toThrow(expect.objectContaining({ code: 'OPTION', argument: 'of' }))
  })

  test('velocities are those of an optimizer with momentum', () => {
    // D_{n+1} - D_n = -eta (beta N_n' + N_{n+1}), whatever the gradients were.
    const [eta, beta] = [0.02, 0.7]
    using net = network(weights)
    const of = (what: 'weights' | 'velocities') => ({
      ...probes.noetherCharges({ form: 'matrix', layer: 1, of: what }),
      name: what,
    })
    const { columns } = trainSync(net, whitened(noise(2, 3, 1)), {
      optimizer: momentum({ learningRate: eta, momentum: beta }),
      steps: 20,
      record: { every: 1, probes: [of('weights'), of('velocities')] },
    })
    const at = (data: Float64Array, n: number) =>
      [0, 1, 2, 3, 4].map((i) => [...data.subarray(25 * n + 5 * i, 25 * n + 5 * i + 5)])
    const { weights: d, velocities: v } = columns as unknown as Record<string, { data: Float64Array }>
    for (let n = 0; n < 20; n++) {
      const moved = plus(at(d.data, n + 1), at(d.data, n), -1)
      const wanted = scale(plus(at(v.data, n + 1), transpose(at(v.data, n)), beta), -eta)
      // Rounding of D, whose entries are of order 10, in differences.
      expect(norm(plus(moved, wanted, -1))).toBeLessThan(1e-13)
    }
    expect(norm(at(v.data, 20))).toBeGreaterThan(1e-3)
  })

  test('biases belong to the layer below', () => {
    using net = createNetwork(engine, { sizes: [3, 5, 2], biases: { variance: 1 }, seed: 4 })
    const [w1, w2] = net.weights.map((w) => w.toNested())
    const b = net.layers[0].bias!.toNested()
    const d = plus(plus(times(transpose(w2), w2), times(w1, transpose(w1)), -1), times(b, transpose(b)), -1)
    const samples = regression(noise(3, 6, 1), noise(2, 6, 2))
    const read = (form: 'trace' | 'neurons' | 'matrix') => {
      const { frames } = observe(net, [probes.noetherCharges({ form })], [], samples)
      return frames[0][0] as Float64Array
    }
    expect(difference(read('matrix'), d.flat())).toBeLessThan(1e-14)
    expect(difference(read('neurons'), diag(d))).toBeLessThan(1e-14)
    expect(difference(read('trace'), [sum(diag(d))])).toBeLessThan(1e-14)
  })

  test('lambda and the matrices of charges share their products', () => {
    using net = network(weights)
    const charges = probes.noetherCharges({ form: 'matrix' })
    expect(observe(net, [probes.lambda(), charges]).ops).toBe(observe(net, [charges]).ops)
  })
})

describe('testLoss', () => {
  const [x, y] = [noise(3, 9, 5), noise(2, 9, 6)]
  const wanted = norm(plus(y, forward(weights, x), -1)) ** 2 / 18

  test('is the loss of the other task', () => {
    using net = network(weights)
    const value = once(net, probes.testLoss(regression(x, y))) as number
    expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-13)
    using small = network(weights, 'float32')
    expect(Math.abs((once(small, probes.testLoss(regression(x, y))) as number) / wanted - 1)).toBeLessThan(1e-5)
    const two = [weights[0], noise(2, 5, 3)]
    using form = createGramNetwork(engine, { sizes: [3, 5, 2], init: explicit(two) })
    const loss = once(form, probes.testLoss(regression(x, y))) as number
    expect(Math.abs(loss / (norm(plus(y, forward(two, x), -1)) ** 2 / 18) - 1)).toBeLessThan(1e-13)
  })

  test('of a network that is not linear, on samples of its own', () => {
    const two = [weights[0], noise(2, 5, 3)]
    using bent = createNetwork(engine, { sizes: [3, 5, 2], activation: 'relu', init: explicit(two) })
    const learned = regression(noise(3, 4, 1), noise(2, 4, 2))
    const relu = times(two[0], x).map((row) => row.map((value) => Math.max(0, value)))
    const loss = observe(bent, [probes.testLoss(regression(x, y))], [], learned).frames[0][0] as number
    expect(Math.abs(loss / (norm(plus(y, times(two[1], relu), -1)) ** 2 / 18) - 1)).toBeLessThan(1e-13)
  })

  test('refuses what is no task of these sizes', () => {
    using net = network(weights)
    expect(() => probes.testLoss({} as never)).toThrow(expect.objectContaining({ code: 'DTYPE', argument: 'task' }))
    const wrong = () => once(net, probes.testLoss(whitened(eye(3))))
    expect(wrong).toThrow(expect.objectContaining({ code: 'SHAPE', argument: 'task' }))
  })
})

describe('custom', () => {
  test('reads copies, made once and when they are looked at', () => {
    using net = network(weights)
    const seen: ProbeView[] = []
    const probe = probes.custom({
      name: 'mine',
      shape: ([n, ...rest]) => [n, rest.length],
      read(view) {
        seen.push(view)
        expect(view.weights).toBe(view.weights)
        expect(view.state).toBe(view.state)
        expect(view.endToEnd).toBe(view.endToEnd)
        expect(view.weights[1]).toEqual({ data: Float64Array.from(weights[1].flat()), shape: [4, 5] })
        expect(view.state.W_2.data).toEqual(view.weights[1].data)
        expect(difference(view.endToEnd.data, forward(weights, eye(3)).flat())).toBeLessThan(1e-14)
        for (const { data } of [...view.weights, ...Object.values(view.state), view.endToEnd]) data.fill(0)
        expect(() => Object.assign(view, { step: 7 })).toThrow(TypeError)
        expect(() => Object.assign(view.weights, { 0: undefined })).toThrow(TypeError)
        return new Float64Array(9).fill(view.step!)
      },
    })
    const { frames } = observe(net, [probe, probes.weights()], [() => {}])
    expect(frames.map(([value]) => value)).toEqual([new Float64Array(9), new Float64Array(9).fill(1)])
    expect(frames[1][1]).toEqual(Float64Array.from(weights.flatMap((w) => w.flat())))
    expect(seen[0]).not.toBe(seen[1])
    expect(seen[0].weights).toBe(seen[0].weights)
  })

  test('nothing can be looked at for the first time when the frame is over', () => {
    using net = network(weights)
    let kept: ProbeView | undefined
    const keep = (view: ProbeView) => {
      kept = view
      return 0
    }
    once(net, probes.custom({ name: 'late', read: keep }))
    for (const look of [() => kept!.weights, () => kept!.state, () => kept!.endToEnd]) {
      expect(look).toThrow(expect.objectContaining({ code: 'OPTION', argument: 'view' }))
    }
  })

  test('what it throws ends a run as a ProbeError, with the weights as they were', () => {
    using net = network(weights)
    const fails = probes.custom({
      name: 'fails',
      read({ step, weights: [w] }) {
        w.data.fill(1e9)
        if (step === 2) throw new Error('out of ideas')
        return step!
      },
    })
    const optimizer = gradientDescent({ learningRate: 0.01 })
    const options = (list: Probe[]) => ({ optimizer, steps: 2, record: { every: 1, probes: list } })
    const run = () => trainSync(net, whitened(noise(2, 3, 1)), options([fails]))
    expect(run).toThrow(expect.objectContaining({ code: 'PROBE', argument: 'fails' }))
    using plain = network(weights)
    trainSync(plain, whitened(noise(2, 3, 1)), options([]))
    expect(net.weights.map((w) => w.toArray())).toEqual(plain.weights.map((w) => w.toArray()))
  })

  test('networks without layers, and without a map, say so', () => {
    using form = createGramNetwork(engine, { sizes: [3, 5, 2], init: explicit([weights[0], noise(2, 5, 3)]) })
    const names = probes.custom({ name: 'parts', read: ({ state }) => Object.keys(state).length })
    expect(once(form, names)).toBe(3)
    expect(() => once(form, probes.custom({ name: 'w', read: ({ weights: all }) => all.length }))).toThrow(/layers/)
    using bent = createNetwork(engine, { sizes: [3, 5, 2], activation: 'relu' })
    const map = probes.custom({ name: 'map', read: ({ endToEnd }) => endToEnd.data[0] })
    const run = () => observe(bent, [map], [], regression(noise(3, 4, 1), noise(2, 4, 2)))
    expect(run).toThrow(expect.objectContaining({ code: 'OPTION', argument: 'endToEnd' }))
  })
})

describe('on both executors and in memory', () => {
  const targets = noise(2, 3, 7)
  const all: Probe[] = [
    probes.ntk(),
    probes.kernelDistance({ inputs: noise(3, 8, 8) }),
    probes.kernelAlignment({ targets }),
    probes.cka({ layer: 2 }),
    probes.representationalSimilarity({ layer: 1, side: 'output', targets }),
    probes.representationalAlignment({ layer: 1 }),
    probes.weightNorms(),
    probes.neuronNorms({ layer: 1 }),
    probes.distance(),
    probes.meanSquaredDisplacement({ from: 1 }),
    probes.lambda(),
    probes.noetherCharges({ form: 'matrix' }),
    probes.testLoss(regression(noise(3, 9, 5), noise(2, 9, 6))),
    probes.custom({ name: 'custom', read: ({ endToEnd }) => endToEnd.data[0] }),
  ]
  const two = createEngineSync({ backend: 'typescript' })
  const one = createEngineSync({ reproducible: true })

  test.each(['float64', 'float32'] as const)('%s: the same bits', (dtype) => {
    const [a, b] = [one, two].map((on) => {
      const net = createNetwork(on, { sizes: sizesOf(weights), init: explicit(weights), dtype })
      const moves = [1, 2].map(
        (t) => () =>
          put(
            net,
            weights.map((w, l) => plus(w, noise(w.length, w[0].length, 40 + l), t)),
          ),
      )
      try {
        return observe(net, all, moves).frames
      } finally {
        net.dispose()
      }
    })
    expect(a).toEqual(b)
    expect(a.flat().every((value) => (typeof value === 'number' ? [value] : [...value]).every(Number.isFinite))).toBe(
      true,
    )
  })

  test('memory is given back, also where a probe refuses', () => {
    using net = network(weights)
    const fine = () => observe(net, all, [() => {}])
    fine()
    const { liveBytes, liveBlocks } = engine.memory
    fine()
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
    const wrong: [string, Probe, string, string][] = [
      ['ntk inputs', probes.ntk({ inputs: noise(2, 2, 1) }), 'SHAPE', 'inputs'],
      ['ntk too large', probes.ntk({ inputs: noise(3, 513, 1) }), 'RANGE', 'inputs'],
      ['distance inputs', probes.kernelDistance({ inputs: noise(4, 4, 1) }), 'SHAPE', 'inputs'],
      ['alignment rows', probes.kernelAlignment({ targets: noise(3, 3, 1) }), 'SHAPE', 'targets'],
      ['alignment samples', probes.kernelAlignment({ targets: noise(2, 4, 1) }), 'SHAPE', 'targets'],
      ['cka layer', probes.cka({ layer: 4 }), 'RANGE', 'layer'],
      ['cka samples', probes.cka({ layer: 1, to: noise(2, 4, 1) }), 'SHAPE', 'to'],
      ['rsm layer', probes.representationalSimilarity({ layer: 3, side: 'output', targets }), 'RANGE', 'layer'],
      [
        'rsm targets',
        probes.representationalSimilarity({ layer: 1, side: 'output', targets: eye(3) }),
        'SHAPE',
        'targets',
      ],
      ['rsm too large', probes.representationalSimilarity({ layer: 1, inputs: noise(3, 1025, 1) }), 'RANGE', 'inputs'],
      ['rsa pairs', probes.representationalAlignment({ layer: 1, inputs: noise(3, 2, 1) }), 'SHAPE', 'inputs'],
      ['rsa to', probes.representationalAlignment({ layer: 1, to: eye(2) }), 'SHAPE', 'to'],
      ['neuron layer', probes.neuronNorms({ layer: 3 }), 'RANGE', 'layer'],
      ['distance count', probes.distance({ to: weights.slice(1) }), 'SHAPE', 'to'],
      ['distance shapes', probes.distance({ to: weights.map(transpose) }), 'SHAPE', 'to'],
      ['charge layer', probes.noetherCharges({ layer: 3 }), 'RANGE', 'layer'],
      ['charge rates', probes.noetherCharges({ rates: [1] }), 'SHAPE', 'rates'],
    ]
    for (const [what, probe, code, argument] of wrong) {
      expect(() => observe(net, [...all, probe]), what).toThrow(expect.objectContaining({ code, argument }))
      expect(engine.memory, what).toMatchObject({ liveBytes, liveBlocks })
    }
  })

  test('options are checked when the probe is made', () => {
    const wrong: [string, () => unknown, string, string][] = [
      ['ntk NaN', () => probes.ntk({ inputs: [[Number.NaN]] }), 'RANGE', 'inputs'],
      ['ntk option', () => probes.ntk({ input: [[1]] } as never), 'OPTION', 'ntk.input'],
      ['ntk empty', () => probes.ntk({ inputs: [[], []] }), 'SHAPE', 'inputs'],
      ['distance from', () => probes.kernelDistance({ from: 'end' as never }), 'OPTION', 'from'],
      ['distance measure', () => probes.kernelDistance({ measure: 'angle' as never }), 'OPTION', 'measure'],
      ['alignment zero', () => probes.kernelAlignment({ targets: [[0, 0]] }), 'RANGE', 'targets'],
      ['alignment none', () => probes.kernelAlignment({} as never), 'DTYPE', 'targets'],
      ['cka layer 0', () => probes.cka({ layer: 0 }), 'RANGE', 'layer'],
      ['cka to', () => probes.cka({ layer: 1, to: 'end' as never }), 'DTYPE', 'to'],
      ['cka center', () => probes.cka({ layer: 1, center: 1 as never }), 'DTYPE', 'center'],
      ['rsm side', () => probes.representationalSimilarity({ layer: 1, side: 'both' as never }), 'OPTION', 'side'],
      ['rsm no targets', () => probes.representationalSimilarity({ layer: 1, side: 'output' }), 'OPTION', 'targets'],
      ['rsm extra', () => probes.representationalSimilarity({ layer: 1, targets: [[1]] }), 'OPTION', 'targets'],
      ['rsa to', () => probes.representationalAlignment({ layer: 1, to: 'end' as never }), 'DTYPE', 'to'],
      ['neuron side', () => probes.neuronNorms({ layer: 1, side: 'up' as never }), 'OPTION', 'side'],
      ['distance to', () => probes.distance({ to: 'end' as never }), 'DTYPE', 'to'],
      ['distance NaN', () => probes.distance({ to: [[[Number.NaN]]] }), 'RANGE', 'to[0]'],
      ['msd from', () => probes.meanSquaredDisplacement({ from: 0.5 }), 'RANGE', 'from'],
      ['charge form', () => probes.noetherCharges({ form: 'all' as never }), 'OPTION', 'form'],
      ['charge rate', () => probes.noetherCharges({ rates: [1, 0] }), 'RANGE', 'rates[1]'],
      ['custom name', () => probes.custom({ name: 'step', read: () => 0 }), 'OPTION', 'name'],
      ['custom read', () => probes.custom({ name: 'x', read: 3 as never }), 'DTYPE', 'read'],
      ['custom shape', () => probes.custom({ name: 'x', shape: [-1], read: () => 0 }), 'RANGE', 'shape[0]'],
    ]
    for (const [what, make, code, argument] of wrong) {
      expect(make, what).toThrow(expect.objectContaining({ code, argument }))
    }
  })

  test('kinds of networks that have no chain of layers', () => {
    const form: Network = createGramNetwork(engine, { sizes: [3, 5, 2], init: explicit([weights[0], noise(2, 5, 3)]) })
    const bent: Network = createNetwork(engine, { sizes: [3, 5, 2], activation: 'relu' })
    const samples = regression(noise(3, 4, 1), noise(2, 4, 2))
    const without: [Network, Probe][] = [
      [form, probes.neuronNorms({ layer: 1 })],
      [form, probes.distance()],
      [form, probes.meanSquaredDisplacement()],
      [form, probes.noetherCharges({ form: 'neurons' })],
      [bent, probes.kernelAlignment({ targets })],
      [bent, probes.cka({ layer: 1 })],
      [bent, probes.representationalSimilarity({ layer: 1 })],
      [bent, probes.representationalAlignment({ layer: 1 })],
    ]
    for (const [net, probe] of without) {
      const run = () => observe(net, [probe], [], net === bent ? samples : undefined)
      expect(run, probe.name).toThrow(expect.objectContaining({ code: 'OPTION', argument: probe.name }))
    }
    const layers = [
      ...[probes.weightNorms(), probes.neuronNorms({ layer: 1 }), probes.distance(), probes.noetherCharges()],
      ...[probes.ntk(), probes.kernelDistance()],
    ]
    expect(() => observe(bent, layers, [], samples)).not.toThrow()
    for (const net of [form, bent]) net.dispose()
  })
})
