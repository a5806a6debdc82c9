// The scene of every family.
import type { MakeScene } from '../scene.js'
import { alignmentScene } from './alignment.js'
import { autoencoderScene } from './autoencoder.js'
import { collapseScene } from './collapse.js'
import { diffusionScene } from './diffusion.js'
import { marginScene } from './margin.js'
import { networkScene } from './network/scene.js'
import { neuronScene } from './neuron.js'
import { pruningScene } from './pruning.js'
import { symmetryScene } from './symmetry.js'
import { widthScene } from './width.js'

export const scenes: Readonly<Record<string, MakeScene>> = {
  network: networkScene,
  neuron: neuronScene,
  collapse: collapseScene,
  margin: marginScene,
  diffusion: diffusionScene,
  symmetry: symmetryScene,
  pruning: pruningScene,
  alignment: alignmentScene,
  autoencoder: autoencoderScene,
  width: widthScene,
}
