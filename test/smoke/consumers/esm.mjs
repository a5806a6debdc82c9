// A program that imports: the library, its theory, a worker of it, its server.
import * as deeplinear from 'deeplinear'
import { sgemm } from 'deeplinear/blas'
import { parseConfig } from 'deeplinear/config'
import { experiments } from 'deeplinear/experiment'
import { parseNpy } from 'deeplinear/io'
import { createServer } from 'deeplinear/server'
import * as theories from 'deeplinear/theory'
import * as inWorker from 'deeplinear/worker'
import { run, theory } from './run.mjs'

const server = createServer({ token: 'secret' })
const request = new Request('http://localhost/experiments', { headers: { authorization: 'Bearer secret' } })
const { status } = await server.fetch(request)
server.close()

console.log(
  JSON.stringify({
    here: await run(deeplinear),
    reference: await run(deeplinear, { backend: 'typescript' }),
    inWorker: await run(inWorker),
    theory: theory(theories),
    server: status,
    functions: [sgemm, parseConfig, parseNpy].every((value) => typeof value === 'function') && experiments.length > 0,
  }),
)
