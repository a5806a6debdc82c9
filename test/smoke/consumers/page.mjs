// A page: the library in its own thread and in a worker.
import * as deeplinear from 'deeplinear'
import * as theories from 'deeplinear/theory'
import * as inWorker from 'deeplinear/worker'
import { run, theory } from './run.mjs'

async function main() {
  return {
    here: await run(deeplinear),
    inWorker: await run(inWorker),
    theory: theory(theories),
  }
}
main().then(
  (value) => {
    window.result = value
  },
  (error) => {
    window.result = { error: String(error) }
  },
)
