// The public face of `deeplinear/experiment`: the papers' experiments, simulation and theory side by side, checked.
export type { Check } from './check.js'
export type { Experiment, Outcome, ParameterSpec, ParameterValues, RunContext } from './experiment.js'
export type { AxisData, FigureData, HeatMap, PanelData, Series } from './figure.js'
export { experiments, findExperiment } from './registry.js'
export { type ReproduceOptions, type Reproduction, reproduce } from './reproduce.js'
