// A client of a server that answers everything with the same bytes.
import { connect } from '../../src/client/index.js'
import { DeepLinearError } from '../../src/errors.js'
import { smallRun } from '../run-config.js'

/** Answers that a client may get. */
const STATUSES = [200, 202, 400, 404, 500]

/** Asks for everything; resolves if all answers are values or errors of the library. */
export async function askClient(bytes: Uint8Array): Promise<void> {
  const status = STATUSES[(bytes[0] ?? 0) % 2 === 0 ? 0 : bytes.length % STATUSES.length]
  const fetch = async () => new Response(bytes.slice(), { status })
  const client = connect('http://localhost', { fetch: fetch as typeof globalThis.fetch })
  await refusal(client.info())
  await refusal(client.experiments())
  const job = await refusal(client.run(smallRun()))
  if (job === undefined) return
  await refusal(job.finished)
  await refusal(job.download('npz'))
  await refusal(
    (async () => {
      let frames = 0
      // One that always has another frame is a server of endless runs.
      for await (const _ of job) if (++frames > 200) break
    })(),
  )
}

async function refusal<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    // What the server said of the arguments comes back in its own class; plain errors are the failures of jobs.
    if (error instanceof DeepLinearError) return undefined
    throw error
  }
}
