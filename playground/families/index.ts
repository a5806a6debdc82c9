// The families in the order of the gallery.
import type { Family } from './family.js'
import { network } from './network.js'

export const families: readonly Family[] = [network]
