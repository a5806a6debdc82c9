// A step of gradient descent on a chain of layers, written once over the operations of whichever library: products, a difference, an update.
//
//   whitened   F_1 = W_1,  F_l = W_l F_{l-1},  R = F_L - S
//   samples    F_0 = X,    F_l = W_l F_{l-1},  R = (F_L - Y) / P
//   back       B_L = R,  G_l = B_l F_{l-1}',  B_{l-1} = W_l' B_l;  whitened G_1 = B_1.  Then W_l := W_l - rate G_l.

/** Operations of a library; `free` is for those that do not collect. */
export interface ChainOperations<T> {
  product(a: T, b: T, transposeA: boolean, transposeB: boolean): T
  minus(a: T, b: T): T
  /** w - rate g, in place or not. */
  descend(w: T, rate: number, g: T): T
  free?(value: T): void
}

/** The weights after one step; the residual is divided by P through the rate, which scales all gradients alike. */
export function chainStep<T>(
  { product, minus, descend, free }: ChainOperations<T>,
  weights: readonly T[],
  x: T | undefined,
  y: T,
  rate: number,
): T[] {
  const depth = weights.length
  const forward: T[] = []
  forward[0] = x as T
  forward[1] = x === undefined ? weights[0] : product(weights[0], x, false, false)
  for (let l = 2; l <= depth; l++) forward[l] = product(weights[l - 1], forward[l - 1], false, false)
  const gradients: T[] = []
  const back: T[] = []
  back[depth] = minus(forward[depth], y)
  for (let l = depth; l >= 1; l--) {
    if (l === 1 && x === undefined) gradients[0] = back[1]
    else gradients[l - 1] = product(back[l], forward[l - 1], false, true)
    if (l > 1) back[l - 1] = product(weights[l - 1], back[l], true, false)
  }
  const updated = weights.map((w, l) => descend(w, rate, gradients[l]))
  if (free !== undefined) {
    const keep = new Set<T>([...weights, ...updated, y])
    if (x !== undefined) keep.add(x)
    for (const value of new Set([...forward, ...back, ...gradients])) {
      if (value !== undefined && !keep.has(value)) free(value)
    }
  }
  return updated
}
