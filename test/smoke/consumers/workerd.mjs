// A worker of Cloudflare's runtime.
import * as deeplinear from 'deeplinear'
import * as theories from 'deeplinear/theory'
import { run, theory } from './run.mjs'

export default {
  async fetch() {
    const sync = deeplinear.createEngineSync()
    const plain = await deeplinear.createEngine()
    const result = {
      here: await run(deeplinear),
      theory: theory(theories),
      sync: sync.info.build,
      plain: plain.info.build,
      threads: (await deeplinear.createEngine({ threads: 2 })).info.threads.used,
    }
    return Response.json(result)
  },
}
