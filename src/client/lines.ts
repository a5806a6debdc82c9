// The lines of a response as they come. Empty ones are a server's way to say that it is alive.
import { nonsense } from './answers.js'

/** Characters of a line, at most: what never ends one must not fill the memory. */
const LONGEST_LINE = 2 ** 26

/** @throws {FormatError} a line that does not end */
export async function* lines(response: Response): AsyncGenerator<string, void> {
  if (response.body === null) return
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const parts = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split('\n')
      rest = parts.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw nonsense(`a line of more than ${LONGEST_LINE} characters`)
      for (const part of parts) if (part !== '') yield part
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
