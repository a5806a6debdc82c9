// Products of a chain of weights that probes share: each is emitted once a frame, whoever asks.
//
//   H_l = F_l X = W_l ... W_1 X     (n_l, P)     hidden representations; X = I where no inputs are given
//   T_l = W_L ... W_{l+1}           (n_L, n_l)   what the layers above make of them
//   H_l' H_l  (P, P)   and   T_l T_l'  (n_L, n_L),   which a two-layer network in Gram form knows without its layers
import type { DenseMatrix } from '../engine/coerce.js'
import type { Matrix } from '../engine/matrix.js'
import { cheaperSide } from '../network/chain.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import type { GramNetwork } from '../network/gram.js'
import { PlanBuilder } from '../plan/builder.js'
import type { ProbeContext } from './probe.js'

/** Inputs, columns are samples; `undefined` is the identity. */
export type Inputs = DenseMatrix | undefined

/** What is known of one set of inputs. */
interface Images {
  readonly inputs: Inputs
  readonly matrix: Matrix | undefined
  readonly hidden: Map<number, Matrix>
  readonly grams: Map<number, Matrix>
}

/** The products of one plan. */
export class Products {
  readonly #p: PlanBuilder
  readonly #net: DeepLinearNetwork | GramNetwork
  readonly #map: (() => Matrix) | undefined
  readonly #images: Images[] = []
  readonly #back = new Map<number, Matrix>()
  readonly #outputGrams = new Map<number, Matrix>()

  /** @param map where W comes from, if not from here */
  constructor(p: PlanBuilder, net: DeepLinearNetwork | GramNetwork, map?: () => Matrix) {
    this.#p = p
    this.#net = net
    this.#map = map
  }

  /** W from the cheaper side: the same ops as `emitEndToEnd` writes. */
  formEndToEnd(): Matrix {
    const net = this.#net
    if (net.kind === 'gram') return net.a
    this.#p.note('end-to-end map')
    return cheaperSide(net.sizes) === 'input' ? this.#image(this.#of(undefined), net.depth) : this.#backward(0)
  }

  /** H_l, l = 1 .. L (n_l, P). Without layers l = L only. */
  hidden(inputs: Inputs, l: number): Matrix {
    const images = this.#of(inputs)
    const known = images.hidden.get(l)
    if (known !== undefined) return known
    if (l < this.#net.depth) return this.#image(images, l)
    const { matrix } = images
    const map = matrix === undefined || this.#net.kind === 'gram'
    if (!map) return this.#image(images, l)
    const w = this.#map?.() ?? this.formEndToEnd()
    const made = matrix === undefined ? w : this.#p.note('outputs').gemm({ a: w, b: matrix })
    images.hidden.set(l, made)
    return made
  }

  /** H_l' H_l, l = 1 .. L, (P, P). */
  hiddenGram(inputs: Inputs, l: number): Matrix {
    const images = this.#of(inputs)
    let gram = images.grams.get(l)
    if (gram === undefined) {
      gram = this.#formGram(images, l)
      images.grams.set(l, gram)
    }
    return gram
  }

  /** T_l T_l', l = 1 .. L-1, (n_L, n_L). */
  outputGram(l: number): Matrix {
    const net = this.#net
    if (net.kind === 'gram') return net.c1
    let gram = this.#outputGrams.get(l)
    if (gram === undefined) {
      const t = this.#backward(l)
      gram = this.#p.note(`T_${l} T_${l}'`).gemm({ a: t, b: t.T })
      this.#outputGrams.set(l, gram)
    }
    return gram
  }

  /** T_l, l = 1 .. L-1, (n_L, n_l), of a network with layers; else T_l T_l'. */
  above(l: number): { readonly matrix: Matrix; readonly squared: boolean } {
    const net = this.#net
    return net.kind === 'gram' ? { matrix: net.c1, squared: true } : { matrix: this.#backward(l), squared: false }
  }

  #formGram(images: Images, l: number): Matrix {
    const net = this.#net
    const { inputs, matrix } = images
    if (net.kind === 'gram' && l === 1) {
      if (matrix === undefined) return net.c2
      const image = this.#p.note("H_1' H_1").gemm({ a: net.c2, b: matrix })
      return this.#p.gemm({ a: matrix.T, b: image })
    }
    const h = this.hidden(inputs, l)
    return this.#p.note(`H_${l}' H_${l}`).gemm({ a: h.T, b: h })
  }

  /** H_l layer by layer. */
  #image(images: Images, l: number): Matrix {
    const known = l === 0 ? images.matrix : images.hidden.get(l)
    if (known !== undefined) return known
    const { weights } = this.#net as DeepLinearNetwork
    if (l === 1 && images.matrix === undefined) return weights[0]
    const made = this.#p.note(`H_${l}`).gemm({ a: weights[l - 1], b: this.#image(images, l - 1) })
    images.hidden.set(l, made)
    return made
  }

  #backward(l: number): Matrix {
    const { weights, depth } = this.#net as DeepLinearNetwork
    if (l === depth - 1) return weights[l]
    let t = this.#back.get(l)
    if (t === undefined) {
      const above = this.#backward(l + 1)
      t = this.#p.note(`T_${l}`).gemm({ a: above, b: weights[l] })
      this.#back.set(l, t)
    }
    return t
  }

  #of(inputs: Inputs): Images {
    let images = this.#images.find((known) => sameInputs(known.inputs, inputs))
    if (images === undefined) {
      const { engine } = this.#net
      const matrix =
        inputs === undefined
          ? undefined
          : this.#p.own(engine.matrix([inputs.rows, inputs.cols], inputs.data, { dtype: this.#p.dtype }))
      images = { inputs, matrix, hidden: new Map(), grams: new Map() }
      this.#images.push(images)
    }
    return images
  }
}

function sameInputs(a: Inputs, b: Inputs): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.rows !== b.rows || a.cols !== b.cols) return false
  return a.data.every((value, i) => Object.is(value, b.data[i]))
}

const shared = new WeakMap<ProbeContext, Products>()

/** The products that the probes of one run share. */
export function productsOf(p: PlanBuilder, context: ProbeContext, net: DeepLinearNetwork | GramNetwork): Products {
  let products = shared.get(context)
  if (products === undefined) {
    products = new Products(p, net, () => context.endToEnd)
    shared.set(context, products)
  }
  return products
}

/** What `emit` reads from the products of a network as it is now. */
export function readNow<T>(
  net: DeepLinearNetwork | GramNetwork,
  emit: (products: Products, p: PlanBuilder) => () => T,
): T {
  const p = new PlanBuilder(net.engine, net.dtype)
  try {
    const read = emit(new Products(p, net), p)
    const plan = p.build()
    try {
      plan.run(1)
      return read()
    } finally {
      plan.dispose()
    }
  } catch (error) {
    p.discard()
    throw error
  }
}
