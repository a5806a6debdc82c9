// How near to lambda-balanced neighbouring layers are: D_l = W_{l+1}' W_{l+1} - W_l W_l' = lambda I.
//
// In Gram form the layers are not known, but the moments of the eigenvalues of D (w, w) are:
//   tr D = tr C_1 - tr C_2,   |D|_F^2 = |C_1|_F^2 + |C_2|_F^2 - 2 |W|_F^2,   C_1 = W_2 W_2', C_2 = W_1' W_1
import { frobenius } from './arrays.js'
import { chargeMatrix, pairsOf } from './charges.js'
import { trace } from './norms.js'
import type { Probe } from './probe.js'

/**
 * The mean of the eigenvalues of `D_l = W_{l+1}' W_{l+1} - W_l W_l'`, `lambda_l = tr D_l / n_l`, and their standard deviation, the spread
 * `|D_l - lambda_l I|_F / sqrt(n_l)`: shape (L-1, 2), one row `[lambda_l, spread_l]` for each pair of neighbouring layers. A lambda-balanced
 * network reads as lambda with spread 0. Positive lambda: the layer nearer to the output is the larger one. In Gram form the spread is a difference
 * of squares, and less than about `sqrt(eps)` times `|W_1|^2 + |W_2|^2` means nothing.
 * @throws {OptionError} a network without layers
 * @example
 * probes.lambda()
 * @see Domine, Anguita, Proca, Braun, Kunin, Mediano, Saxe (2024), From lazy to rich, arXiv:2409.14623
 */
export function lambda(): Probe<'lambda', Float64Array> {
  return {
    name: 'lambda',
    shape: (net) => [net.depth - 1, 2],
    emit(p, context) {
      const { net } = context
      if (net.kind === 'gram') {
        p.note('spread of the balance')
        const width = net.sizes[1]
        const squares = [net.c1, net.c2, net.a].map((matrix) => p.sumOfSquares(matrix))
        return () => {
          const [c1, c2, a] = squares.map(({ value }) => value)
          const mean = (trace(net.c1) - trace(net.c2)) / width
          return Float64Array.of(mean, Math.sqrt(Math.max(0, (c1 + c2 - 2 * a) / width - mean * mean)))
        }
      }
      const charges = pairsOf(context, 'weights', 'lambda').map((pair) => chargeMatrix(p, pair, 1, 1, context))
      return () => {
        const out = new Float64Array(2 * charges.length)
        for (const [l, charge] of charges.entries()) {
          const mean = trace(charge) / charge.rows
          const rest = new Float64Array(charge.view())
          for (let i = 0; i < rest.length; i += charge.cols + 1) rest[i] -= mean
          out[2 * l] = mean
          out[2 * l + 1] = frobenius(rest) / Math.sqrt(charge.rows)
        }
        return out
      }
    },
  }
}
