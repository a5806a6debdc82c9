// What a request that is refused hears: a status, a stable code and one sentence. Never a stack.
import { DeepLinearError } from '../errors.js'
import { toJson } from './json.js'

/** A refusal in words. */
export function refuse(
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  return new Response(toJson({ error: { code, message, ...more } }), {
    status,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
  })
}

/** The refusal of an error: those of the library are the caller's fault, others are ours and say nothing of themselves. */
export function refuseError(error: unknown): Response {
  if (!(error instanceof DeepLinearError)) return refuse(500, 'ERROR', 'the server failed')
  const { name, code, message, argument } = error
  return refuse(400, code, message, { name, ...(argument === undefined ? {} : { argument }) })
}
