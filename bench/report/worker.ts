// A contender's thread in Node.
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { adapters } from '../peers/all.js'
import { installed } from '../peers/packages.js'
import { sit } from './sit.js'

const port = parentPort!
const binary = (name: string) => readFileSync(new URL(`peak.${name}.wasm`, import.meta.url))
const { arrival, measure } = await sit(workerData, { adapters, sample: 0.3, installed, binary })
port.on('message', async () => port.postMessage(await measure()))
port.postMessage(arrival)
