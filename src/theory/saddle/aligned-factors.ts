// The balanced factorisation of a target that lies nearest to given weights: W_l = R_l S^(1/L) R_(l-1)' with R_0 = V, R_L = U and free orthonormal R_l between,
// turned towards the weights one layer after the other (orthogonal Procrustes).

import { ShapeError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { pow } from '../../math/elementary.js'
import type { Chain } from '../numerics/chain.js'
import { multiply, multiplyLeftTransposed, multiplyRightTransposed, scaleColumns } from '../numerics/dense.js'

const SWEEPS = 20

/** theta of the factorisation. @throws {ShapeError} a hidden layer is narrower than the smaller side of Y */
export function alignedFactors(chain: Chain, near: Float64Array, target: Float64Array): Float64Array {
  const { sizes, depth } = chain
  const { u, s, v } = jacobiSvd(target, sizes[depth], sizes[0])
  const r = s.length
  for (let l = 1; l < depth; l++) {
    if (sizes[l] < r) {
      throw new ShapeError(`sizes[${l}] must be at least ${r} for a factorisation of target, got ${sizes[l]}`, {
        argument: 'sizes',
      })
    }
  }
  const share = s.map((value) => pow(value, 1 / depth))
  const frames: Float64Array[] = [v]
  // From below first; then each frame between both its neighbours.
  for (let l = 1; l < depth; l++) frames.push(polar(pulled(chain, near, l, frames[l - 1], share), sizes[l], r))
  frames.push(u)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let l = 1; l < depth; l++) {
      const sum = pulled(chain, near, l, frames[l - 1], share)
      const scaled = scaleColumns(frames[l + 1], sizes[l + 1], r, share)
      const above = multiplyLeftTransposed(chain.layer(near, l + 1), scaled, sizes[l], sizes[l + 1], r)
      for (let i = 0; i < sum.length; i++) sum[i] += above[i]
      frames[l] = polar(sum, sizes[l], r)
    }
  }
  const theta = new Float64Array(chain.length)
  for (let l = 1; l <= depth; l++) {
    const scaled = scaleColumns(frames[l], sizes[l], r, share)
    multiplyRightTransposed(scaled, frames[l - 1], sizes[l], r, sizes[l - 1], chain.layer(theta, l))
  }
  return theta
}

/** W_l R_(l-1) S^(1/L). */
function pulled(chain: Chain, near: Float64Array, l: number, below: Float64Array, share: Float64Array): Float64Array {
  const { sizes } = chain
  const r = share.length
  return multiply(chain.layer(near, l), scaleColumns(below, sizes[l - 1], r, share), sizes[l], sizes[l - 1], r)
}

/** The orthonormal columns nearest to those of x, shape (m, r). */
function polar(x: Float64Array, m: number, r: number): Float64Array {
  const { u, v } = jacobiSvd(x, m, r)
  return multiplyRightTransposed(u, v, m, r, r)
}
