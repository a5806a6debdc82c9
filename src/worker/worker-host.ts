// What runs in the worker. A page's worker talks through its own scope, Node's through the port to its parent.
import { Host } from './host.js'
import { portOf, READY, type WorkerLike } from './spawn.js'
import { workerThreads } from './threads.js'

const scope = (workerThreads()?.parentPort ?? globalThis) as unknown as WorkerLike
new Host(portOf(scope).port)
scope.postMessage(READY)
