// Activations of hidden layers, as ops in place. Each gradient is taken from the output, so that the input need not be kept.
import { checkChoice, checkNumber, checkOptions } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import type { PlanBuilder } from '../plan/builder.js'

/** What hidden layers apply: by name, or `{ leakyRelu: slope }` with 0 < slope < 1. */
export type ActivationOption = 'linear' | 'relu' | 'tanh' | { readonly leakyRelu: number }

/** An activation. */
export interface Activation {
  readonly name: string
  readonly linear: boolean
  /** Slope on the negative side where it is linear on either side; undefined for others. */
  readonly slope: number | undefined
  /** z := phi(z). */
  emit(p: PlanBuilder, z: Matrix): void
  /** g := g o phi'(z), from y = phi(z). The derivative of a rectifier at 0 is that of its negative side. */
  emitGradient(p: PlanBuilder, y: Matrix, g: Matrix): void
}

const LINEAR: Activation = { name: 'linear', linear: true, slope: 1, emit() {}, emitGradient() {} }

const TANH: Activation = {
  name: 'tanh',
  linear: false,
  slope: undefined,
  emit: (p, z) => void p.tanh(z, z),
  emitGradient: (p, y, g) => void p.tanhGradient(y, g, g),
}

function rectifier(name: string, slope: number): Activation {
  return {
    name,
    linear: false,
    slope,
    emit: (p, z) => void p.leakyRelu(slope, z, z),
    emitGradient: (p, y, g) => void p.leakyReluGradient(slope, y, g, g),
  }
}

/** The activation that an option names. */
export function checkActivation(given: unknown): Activation {
  if (typeof given === 'object' && given !== null) {
    const { leakyRelu } = checkOptions(given, 'activation', ['leakyRelu'])
    const slope = checkNumber(leakyRelu, 'activation.leakyRelu', { above: 0, below: 1 })
    return rectifier(`leakyRelu(${slope})`, slope)
  }
  const name = checkChoice(given ?? 'linear', 'activation', ['linear', 'relu', 'tanh'])
  return name === 'linear' ? LINEAR : name === 'tanh' ? TANH : rectifier('relu', 0)
}
