// A job's frames as they come, in the two forms that the web streams lines in.
import type { Job } from './job.js'
import { toJson } from './json.js'

/** How often a quiet stream says that it is alive, in milliseconds; proxies close those that say nothing. */
const HEARTBEAT_MS = 15_000

/**
 * NDJSON: one line a frame, `{ "type": "frame", "index": ..., ... }`, then one `{ "type": "end", "status": ... }`. Server-sent events carry the same
 * objects, with the index as their id, so that a browser that lost its connection goes on where it was.
 */
export function streamFrames(job: Job, from: number, form: 'ndjson' | 'events'): Response {
  const encoder = new TextEncoder()
  let next = from
  let gone = false
  const write = (value: Readonly<Record<string, unknown>>, id?: number) =>
    encoder.encode(
      form === 'ndjson'
        ? `${toJson(value)}\n`
        : `${id === undefined ? '' : `id: ${id}\n`}event: ${value.type}\ndata: ${toJson(value)}\n\n`,
    )
  const body = new ReadableStream<Uint8Array>({
    // Asked for when the reader has room: a slow one costs the server an index.
    async pull(controller) {
      for (;;) {
        if (gone) return
        if (next < job.frames.length) {
          controller.enqueue(write({ type: 'frame', index: next, ...job.frames[next] }, next))
          next++
          return
        }
        if (job.ended) {
          controller.enqueue(write({ type: 'end', ...job.summary }))
          controller.close()
          return
        }
        if (await quiet(job)) {
          controller.enqueue(encoder.encode(form === 'ndjson' ? '\n' : ': alive\n\n'))
          return
        }
      }
    },
    cancel() {
      gone = true
    },
  })
  const type = form === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream'
  return new Response(body, {
    headers: { 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}

/** Wait for a change; true if there was none for a while. */
async function quiet(job: Job): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const waited = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), HEARTBEAT_MS)
  })
  try {
    return await Promise.race([job.changed().then(() => false), waited])
  } finally {
    clearTimeout(timer)
  }
}
