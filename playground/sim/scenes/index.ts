// The scene of every family.
import type { MakeScene } from '../scene.js'
import { networkScene } from './network.js'

export const scenes: Readonly<Record<string, MakeScene>> = { network: networkScene }
