// Gradient flow of a network, with the frames, probes, back-pressure and cancellation of `train`.
import type { Network } from '../network/network.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import { checkPair, refuseSignal } from './arguments.js'
import { FlowLoop } from './flow-loop.js'
import { checkFlowOptions, type FlowOptions, type FlowResult, type FlowRun } from './flow-options.js'
import { Run, runToEnd } from './run.js'

/**
 * The gradient flow `dW_l/dt = -dC/dW_l` of a network on a task, from t = 0 to `time`, with error control: of all parameters of any network,
 * for the loss of the task and its penalty on the weights. The network changes in place; while the flow runs, the integrator holds the
 * state, and what is written into the weights meanwhile is lost.
 *
 * Rectifiers have kinks: where a sample is drawn to the kink of a unit from both sides the flow stays there, steps become as short as `rtol`
 * asks, and the run ends as `'max-steps'`; loosen `rtol`, or take steps of one length (`controller: 'fixed'`).
 *
 * In Gram form the flow is `dA/dt = -(C_1 G + G C_2)`, `dC_1/dt = -(A G' + G A')`, `dC_2/dt = -(A' G + G' A)`. Frames and events inside a
 * step come from an interpolant of order 7 (`'dop853'`) or 4. Balance is conserved to the accuracy of the steps.
 *
 * @returns frames to iterate over (`for await`: back-pressure; `break` ends the run), and `finished` for the result. Failure of the
 *   integration is a status with a message, never an exception
 * @throws {OptionError} a float32 network, or a bad option
 * @throws {ShapeError|RangeArgError|DTypeError|UnsupportedError} bad arguments, or derivatives that the task or the network does not have
 * @example
 * const net = createNetwork(engine, { sizes: [2, 8, 2], init: gaussian({ variance: 1e-4 }), seed: 1 })
 * const run = gradientFlow(net, whitened([[3, 0], [0, 1]]), {
 *   time: 20,
 *   events: [{ name: 'half', when: ({ endToEnd }) => endToEnd[0] - 1.5, terminal: true }],
 * })
 * const { status, time } = await run.finished
 * status // -> 'event'
 * @example
 * const net = createNetwork(engine, { sizes: [2, 4, 1], activation: 'tanh', seed: 1 })
 * const signs = classification([[1, 2, -1], [0, 1, 1]], [1, 1, -1], { loss: 'log-sum-exp' })
 * const { columns } = gradientFlowSync(net, signs, { time: 0.5, clock: 'loss' })
 * Math.round(1e6 * (columns.loss.data[0] - columns.loss.data[100])) // -> 500000
 */
export function gradientFlow<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  net: Network,
  task: Task,
  options: FlowOptions<P>,
): FlowRun<P> {
  checkPair(net, task)
  const { checked, signal } = checkFlowOptions(net, options)
  return new Run(new FlowLoop(net, task, checked), signal)
}

/**
 * The same without an event loop: blocks until the run is over. For scripts, workers and tests; takes no `signal`, which could not fire.
 * @example
 * gradientFlowSync(net, task, { time: 5, rtol: 1e-12 }).status // -> 'completed'
 */
export function gradientFlowSync<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  net: Network,
  task: Task,
  options: Omit<FlowOptions<P>, 'signal'>,
): FlowResult<P> {
  refuseSignal(options, 'gradientFlowSync', 'gradientFlow')
  checkPair(net, task)
  return runToEnd(new FlowLoop(net, task, checkFlowOptions<P>(net, options).checked))
}
