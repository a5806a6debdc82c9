// The one file, by its name and as text alone, as a notebook holds it.
import { readFileSync } from 'node:fs'
import * as named from 'deeplinear/notebook'
import { run, theory } from './run.mjs'

const text = readFileSync(new URL('./node_modules/deeplinear/dist/notebook.js', import.meta.url))
const alone = await import(`data:text/javascript;base64,${text.toString('base64')}`)
const error = (library) => {
  try {
    library.createEngineSync({ threads: 0 })
  } catch ({ name, code }) {
    return [name, code]
  }
}
console.log(
  JSON.stringify({
    named: await run(named),
    alone: await run(alone),
    theory: theory(alone.theory),
    error: error(alone),
    names: Object.keys(named).join() === Object.keys(alone).join(),
  }),
)
