// Manifests to begin with.

const TEMPLATES: Readonly<Record<string, unknown>> = {
  richness: {
    title: 'When does a deep linear network learn? Start and learning rate',
    schema: 1,
    base: {
      network: { kind: 'layers', sizes: [8, 8, 8, 8], init: { kind: 'gaussian', gamma: 1 } },
      task: { kind: 'teacher', inputs: 8, outputs: 8, rank: 2, seed: 1 },
      optimizer: { kind: 'gradientDescent', learningRate: 0.02 },
      steps: 1000,
      record: { every: 10, probes: ['loss'] },
    },
    axes: [
      { kind: 'linear', path: 'network.init.gamma', from: 0.5, to: 2, count: 16 },
      { kind: 'log', path: 'optimizer.learningRate', from: 0.005, to: 0.5, count: 16 },
    ],
    replicates: 10,
    key: 1,
    metrics: ['loss', { probe: 'loss', take: 'stepBelow', threshold: 0.01, name: 'learnedAt' }],
  },
  mixed: {
    title: 'Phase diagram of mixed dynamics',
    schema: 1,
    base: {
      experiment: 'mixed-phase-diagram',
      parameters: { dimension: 40, rank: 2, widthExponents: [2], varianceExponents: [-2], iterations: 400 },
    },
    axes: [
      { kind: 'linear', path: 'parameters.varianceExponents[0]', from: -2.2, to: -0.8, count: 8, name: 'gamma_s' },
      { kind: 'linear', path: 'parameters.widthExponents[0]', from: 1.75, to: 2.8, count: 8, name: 'gamma_w' },
    ],
    replicates: 2,
    key: 1,
    metrics: [
      { name: 'testError', figure: 0, panel: 0, series: 0 },
      { name: 'stableRank', figure: 0, panel: 2, series: 0 },
    ],
  },
}

export const TEMPLATE_NAMES: readonly string[] = Object.keys(TEMPLATES)

/** A manifest as text. */
export function templateOf(name: string): string {
  return `${JSON.stringify(TEMPLATES[name], null, 2)}\n`
}
