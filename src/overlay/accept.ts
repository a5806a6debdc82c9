// What several overlays ask of a run, and why they refuse it: layers, two of them, white inputs, balance at the start.
import { notCovered, type OverlayRun } from '../train/overlay.js'
import { type Inputs, imbalanceOf, isotropic } from './quantities.js'

/** The weights of a run that has layers. */
export function layersOf(name: string, { weights }: OverlayRun): readonly Float64Array[] {
  if (weights === undefined) throw notCovered(name, 'it needs the layers, and a Gram network has none')
  return weights
}

/** n_0, n_1 and n_2 of two layers. */
export function twoLayersOf(name: string, { sizes }: OverlayRun): readonly [number, number, number] {
  if (sizes.length !== 3) throw notCovered(name, `it is for two layers, and there are ${sizes.length - 1}`)
  return [sizes[0], sizes[1], sizes[2]]
}

/** Inputs with `Sigma_xx = alpha I`. */
export function whiteInputsOf(name: string, run: OverlayRun): Inputs {
  const inputs = isotropic(run)
  if (inputs === undefined) throw notCovered(name, 'the inputs are not white: Sigma_xx is no multiple of the identity')
  return inputs
}

/** The imbalance of layers that are balanced up to a tolerance. */
export function balanceOf(name: string, run: OverlayRun, weights: readonly Float64Array[], tolerance: number): number {
  const imbalance = imbalanceOf(run, weights)
  if (imbalance <= tolerance) return imbalance
  throw notCovered(
    name,
    `the start is not balanced: |W_(l+1)' W_(l+1) - W_l W_l'| is ${imbalance} of the weights' squared norm`,
  )
}
