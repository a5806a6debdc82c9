// The families in the order of the gallery.
import { alignment } from './alignment.js'
import { autoencoderFamily } from './autoencoder.js'
import { collapse } from './collapse.js'
import { diffusion } from './diffusion.js'
import type { Family } from './family.js'
import { margin } from './margin.js'
import { network } from './network.js'
import { neuron } from './neuron.js'
import { pruning } from './pruning.js'
import { symmetry } from './symmetry.js'
import { width } from './width.js'

export const families: readonly Family[] = [
  network,
  neuron,
  autoencoderFamily,
  collapse,
  symmetry,
  margin,
  diffusion,
  alignment,
  pruning,
  width,
]
