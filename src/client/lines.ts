// The lines of a response as they come. Empty ones are a server's way to say that it is alive.
export async function* lines(response: Response): AsyncGenerator<string, void> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const parts = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) if (part !== '') yield part
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
