// The engine of a worker as a page holds it.

import { checkOptions } from '../check.js'
import type { MatrixLike } from '../engine/coerce.js'
import type { EngineInfo } from '../engine/load.js'
import type { EngineOptions } from '../engine/options.js'
import { DisposedError, OptionError } from '../errors.js'
import type { Engine } from '../linalg/engine.js'
import { Connection } from './connection.js'
import { invoke, type Received, type Reference, type RemoteMatrix } from './remote.js'
import { spawn, type WorkerInfo, type WorkerLike } from './spawn.js'

/** Options of `createEngine` in `deeplinear/worker`: those of the engine, and which worker. */
export interface WorkerEngineOptions extends Omit<EngineOptions, 'onLeak' | 'host'> {
  /** A worker or port of the caller's whose other side runs `deeplinear/worker-host`; `'inline'` for none. Default: one is started. */
  worker?: WorkerLike | 'inline'
}

type Linear =
  | 'matmul'
  | 'qr'
  | 'svd'
  | 'singularValues'
  | 'powerIteration'
  | 'cholesky'
  | 'solve'
  | 'solveTriangular'
  | 'leastSquares'
  | 'eigh'
  | 'expm'
  | 'sqrtm'
  | 'pinv'
  | 'norm'
  | 'cond'
  | 'rank'

/** Arguments of a method with remote matrices in the place of matrices. */
type Sent<Given extends readonly unknown[]> = {
  [K in keyof Given]: Given[K] extends MatrixArgument ? RemoteMatrix | Reference<RemoteMatrix> : Given[K]
}
type MatrixArgument = Parameters<Engine['matmul']>[0]

/** The linear algebra of an engine, answering with promises. */
export type RemoteLinalg = {
  [K in Linear]: (...given: Sent<Parameters<Engine[K]>>) => Reference<Received<ReturnType<Engine[K]>>>
}

/** An engine in a worker. What it gives may be awaited, or used in further calls right away. */
export interface RemoteEngine extends RemoteLinalg {
  readonly info: EngineInfo & { readonly worker: WorkerInfo }
  /** A matrix in the worker's memory: see `Engine.matrix`. */
  matrix(rows: MatrixLike): Reference<RemoteMatrix>
  matrix(
    shape: readonly [number, number],
    data?: MatrixLike,
    options?: { dtype?: 'float32' | 'float64' },
  ): Reference<RemoteMatrix>
  /** End the worker; everything that it holds is gone. Doing so twice is harmless. */
  dispose(): void
}

const LINEAR: readonly Linear[] = [
  ...(['matmul', 'qr', 'svd', 'singularValues', 'powerIteration', 'cholesky', 'solve', 'solveTriangular'] as const),
  ...(['leastSquares', 'eigh', 'expm', 'sqrtm', 'pinv', 'norm', 'cond', 'rank'] as const),
]

const connections = new WeakMap<object, Connection>()

/**
 * An engine in a worker: the same calls as `createEngine` of `deeplinear`, with the work done off this thread. Moving a program over is the name
 * that it imports from; calls that gave a value give a promise of it. Where no worker can be had the engine runs here, and
 * `info.worker` says why.
 *
 * @throws {DTypeError} a `worker` that is none
 * @throws what `createEngine` of `deeplinear` throws
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const product = engine.matmul(engine.matrix([[1, 2]]), engine.matrix([[3], [4]]))
 * await (await product).toNested() // -> [[11]]
 * engine.dispose()
 */
export async function createEngine(options?: WorkerEngineOptions): Promise<RemoteEngine> {
  const { worker, ...rest } = checkOptions(options, 'options', [
    ...([
      'worker',
      'backend',
      'reproducible',
      'dtype',
      'budgetBytes',
      'initialBytes',
      'wasm',
      'threads',
      'wide',
    ] as const),
  ])
  const { port, info, onGone } = await spawn(worker as WorkerEngineOptions['worker'])
  const connection = new Connection(port)
  onGone((error) => connection.close(error))
  try {
    const { info: engineInfo } = (await connection.call('createEngine', [rest]).result) as { info: EngineInfo }
    const engine = Object.fromEntries([
      ['info', Object.freeze({ ...engineInfo, worker: info })],
      ...['matrix', ...LINEAR].map((name) => [
        name,
        (...given: readonly unknown[]) => invoke(connection, `engine.${name}`, given),
      ]),
      ['dispose', () => connection.close(new DisposedError('the engine was disposed', { argument: 'engine' }))],
    ]) as unknown as RemoteEngine
    connections.set(engine, connection)
    return engine
  } catch (error) {
    connection.close(error as Error)
    throw error
  }
}

/** The connection of an engine of `createEngine`. @throws {OptionError} an engine of another kind */
export function connectionOf(engine: object): Connection {
  const connection = typeof engine === 'object' && engine !== null ? connections.get(engine) : undefined
  if (connection !== undefined) return connection
  throw new OptionError("engine must be one of createEngine of 'deeplinear/worker'", { argument: 'engine' })
}
