// The matrix completion problem of the greedy experiments: a 10 x 10 matrix of rank 3 of which 87 entries are seen. Fixed data, no seed.
import { matrixCompletion } from '../../task/completion.js'
import { completionError } from '../../theory/objective.js'

/** Rows and columns. */
export const SIZE = 10

/** Its rank. */
export const RANK = 3

/** The hidden entries, row * 10 + column. */
const HIDDEN = [11, 30, 33, 37, 54, 57, 59, 62, 64, 73, 85, 95, 97]

// biome-ignore format: one row of the matrix a line or two
const ENTRIES = [
  -0.297412245928, 0.767284573902, 2.4147056883, 1.57184593892, 2.37921401836,
  -0.317972900188, -1.28240832705, 0.93675838974, -0.292875951648, 0.830953315723,
  0.649143881508, 0.00258697085923, -1.89629246237, -1.15370026173, -2.27426832304,
  0.38472732499, -1.13014094505, 2.93574540883, -1.23221622839, -1.39228900459,
  0.431732330941, -0.566025194096, -1.13535654033, -0.314279543622, -0.955529646419,
  0.385913698397, -0.430349710674, 1.05067855243, -0.214083316863, -0.333655033798,
  -1.03445425426, -0.207368794938, 2.44376998845, 1.39922996724, 3.06430921429,
  -0.578993286686, 2.41170924702, -5.38644157858, 2.19413479559, 2.06954637189,
  -0.13562872857, 3.08570083664, -0.481248899953, -2.40827903697, -2.7885900545,
  -0.791138786177, -1.35646190582, 4.16929573102, -3.02940826265, -3.04110503728,
  -0.0803191163624, -0.513911901804, -0.876925528026, -0.63015258148, -0.707827985675,
  0.0455368143689, 1.4053160359, -1.93670491063, 0.727241965615, -0.00219488096735,
  -0.279474560403, 2.25505107781, 1.14782228558, -0.501073183508, -0.221363870931,
  -0.665778283645, -1.4516446183, 2.83393052335, -1.89382949641, -1.27248439559,
  -0.371977780581, -0.871938886327, -0.640990853836, -0.497993841307, -0.182919843568,
  -0.0594787221892, 2.66805961724, -4.25239985365, 1.67679833701, 0.592725607818,
  -0.251379017047, 0.0900366503423, 0.178941770337, -0.142453705235, 0.139220575355,
  -0.180535751438, 0.811912151784, -1.32317493989, 0.391921514408, 0.133941908549,
  -0.452378057, 1.66538362742, 2.47044809459, 0.939266783029, 1.79938772895,
  -0.619616472336, -1.36386480447, 1.54119916182, -0.952727796342, 0.111061281824,
]

/** The matrix, (10, 10) row by row. */
export const completionTarget = Float64Array.from(ENTRIES)

/** 1 where an entry is seen. */
export const completionMask = Float64Array.from(ENTRIES, (_, i) => (HIDDEN.includes(i) ? 0 : 1))

const dense = (data: Float64Array) => ({ data, shape: [SIZE, SIZE] as [number, number] })

/** What is trained on: `1/2 |M o (A - A*)|^2`. */
export const completionTask = matrixCompletion(dense(completionMask), dense(completionTarget))

/** The same loss for the theory. */
export const completionObjective = completionError(completionTarget, completionMask, SIZE, SIZE)

/** |A*|. */
export const targetNorm = Math.sqrt(completionTarget.reduce((sum, entry) => sum + entry * entry, 0))

/** Mean squared error of the entries that are not seen. */
export function hiddenError(map: ArrayLike<number>): number {
  return HIDDEN.reduce((sum, i) => sum + (map[i] - completionTarget[i]) ** 2, 0) / HIDDEN.length
}
