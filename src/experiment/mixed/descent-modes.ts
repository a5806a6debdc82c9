// Gradient descent of one mode at infinite width. With C_1 = C_2 = c and A = 0 at the start everything stays diagonal in the basis of the target,
// and a step is one of three numbers: a of the map, p of C_1 = W_2 W_2', q of C_2 = W_1'W_1, with g = a - s.

/**
 * Sizes of all modes after 0 .. `steps` steps of alternating gradient descent, W_1 before W_2:
 *
 *     q' = q - 2 h a g + h^2 g^2 p,  m = a - h p g,  p' = p - 2 h m g + h^2 g^2 q',  a' = m - h g q'
 */
export function alternatingModes(values: Float64Array, scale: number, h: number, steps: number): Float64Array[] {
  const [p, q] = [new Float64Array(values.length).fill(scale), new Float64Array(values.length).fill(scale)]
  return iterate(values, steps, (a, s, k) => {
    const g = a - s
    q[k] += h * g * (h * g * p[k] - 2 * a)
    const m = a - h * p[k] * g
    p[k] += h * g * (h * g * q[k] - 2 * m)
    return m - h * g * q[k]
  })
}

/** The same for the self-consistent equation in explicit Euler steps, `a' = a + 2 h sqrt(a^2 + c^2) (s - a)`: what the paper draws. */
export function eulerModes(values: Float64Array, scale: number, h: number, steps: number): Float64Array[] {
  return iterate(values, steps, (a, s) => a + 2 * h * Math.sqrt(a * a + scale * scale) * (s - a))
}

function iterate(
  values: Float64Array,
  steps: number,
  next: (a: number, s: number, k: number) => number,
): Float64Array[] {
  const frames = [new Float64Array(values.length)]
  for (let t = 0; t < steps; t++) frames.push(frames[t].map((a, k) => next(a, values[k], k)))
  return frames
}
