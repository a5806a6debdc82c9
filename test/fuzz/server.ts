// A request as text, put to a server that refuses every job for want of room: the whole way from the address to the checked configuration, and no run.
import { createServer } from '../../src/server/index.js'

const server = createServer({ limits: { bodyBytes: 8192 } })
// What has closed takes no job, and answers everything else.
server.close()

/** Statuses that a request may get which nobody can grant. */
const ANSWERS = [200, 204, 400, 401, 403, 404, 405, 406, 409, 413, 415, 429]

/** Sends `METHOD PATH`, lines of headers, an empty line and a body. What a client cannot send is not the server's. */
export async function askServer(bytes: Uint8Array): Promise<void> {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const gap = message.indexOf('\n\n')
  const [first, ...lines] = (gap < 0 ? message : message.slice(0, gap)).split('\n')
  const [method, path = '/'] = first.split(' ')
  const body = gap < 0 || method === 'GET' || method === 'HEAD' ? undefined : bytes.slice(gap + 2)
  let request: Request
  try {
    const headers = lines.map(
      (line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1).trim()] as [string, string],
    )
    request = new Request(`http://localhost${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
  } catch {
    return
  }
  const response = await server.fetch(request)
  if (!ANSWERS.includes(response.status)) throw new Error(`${method} ${path} was answered with ${response.status}`)
  if (response.status < 400) return
  const said = await response.text()
  const { error } = JSON.parse(said) as { error: { code: unknown; message: unknown } }
  if (typeof error.code !== 'string' || typeof error.message !== 'string')
    throw new Error(`a refusal without words: ${said}`)
  if (/\bat .{0,200}\.(?:ts|js):\d|node_modules|file:\/\//.test(said))
    throw new Error(`a refusal with a stack: ${said}`)
}
