// The server described for programs: OpenAPI 3.1.
import { jsonSchema } from '../config/index.js'
import type { CheckedLimits } from './limits.js'

const text = { type: 'string' } as const
const number = { type: 'number' } as const

/** The description of a server with these limits. */
export function openApi(limits: CheckedLimits): object {
  const job = {
    type: 'object',
    required: ['id', 'kind', 'title', 'status', 'frames', 'seconds'],
    properties: {
      id: text,
      kind: { enum: ['run', 'experiment'] },
      title: text,
      status: { enum: ['waiting', 'running', 'done', 'failed', 'cancelled'] },
      frames: { ...number, description: 'frames told so far' },
      seconds: { ...number, description: 'seconds at work' },
      error: { type: 'object', properties: { code: text, message: text } },
    },
  }
  const error = {
    type: 'object',
    properties: { error: { type: 'object', properties: { code: text, message: text, argument: text } } },
  }
  const content = (schema: object, type = 'application/json') => ({ [type]: { schema } })
  const answer = (description: string, schema?: object) =>
    schema === undefined ? { description } : { description, content: content(schema) }
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
  const refusal = (description: string) => answer(description, ref('Error'))
  const id = { name: 'id', in: 'path', required: true, schema: text }
  return {
    openapi: '3.1.0',
    info: {
      title: 'deeplinear',
      version: '1',
      description:
        'Training runs and experiments of deep linear networks as jobs. Numbers that JSON cannot say are the words NaN, Infinity and -Infinity.',
    },
    paths: {
      '/': {
        get: {
          summary: 'Limits, and how many jobs there are',
          responses: { 200: answer('the server', { type: 'object' }) },
        },
      },
      '/runs': {
        post: {
          summary: 'Start a training run',
          requestBody: { required: true, content: content(ref('RunConfig')) },
          responses: {
            202: answer('taken in', ref('Job')),
            400: refusal('a configuration with faults'),
            413: refusal(`more than ${limits.bodyBytes} bytes`),
            415: refusal('not JSON'),
            429: refusal('too many jobs wait'),
          },
        },
      },
      '/experiments': {
        get: {
          summary: 'All experiments with their parameters',
          responses: { 200: answer('a list', { type: 'array' }) },
        },
      },
      '/experiments/{id}': {
        post: {
          summary: 'Run an experiment and check it',
          parameters: [id],
          requestBody: {
            content: content({
              type: 'object',
              properties: { set: { type: 'object' }, seed: { type: 'integer', minimum: 0 } },
            }),
          },
          responses: {
            202: answer('taken in', ref('Job')),
            404: refusal('no such experiment'),
            429: refusal('too many jobs wait'),
          },
        },
      },
      '/jobs': {
        get: { summary: 'All jobs', responses: { 200: answer('a list', { type: 'array', items: ref('Job') }) } },
      },
      '/jobs/{id}': {
        get: {
          summary: 'One job',
          parameters: [id],
          responses: { 200: answer('the job', ref('Job')), 404: refusal('no such job') },
        },
        delete: {
          summary: 'Cancel a job that has not ended, forget one that has',
          parameters: [id],
          responses: { 200: answer('the job', ref('Job')), 404: refusal('no such job') },
        },
      },
      '/jobs/{id}/frames': {
        get: {
          summary: 'Frames from one on, as they come; then one object of type end',
          parameters: [id, { name: 'from', in: 'query', schema: { type: 'integer', minimum: 0 } }],
          responses: {
            200: {
              description: 'NDJSON, or server-sent events where they are asked for',
              content: {
                ...content({ type: 'object' }, 'application/x-ndjson'),
                ...content(text, 'text/event-stream'),
              },
            },
          },
        },
      },
      '/jobs/{id}/result.{format}': {
        get: {
          summary: 'Everything recorded, and the weights at the end; a figure of it, or a page',
          parameters: [
            id,
            {
              name: 'format',
              in: 'path',
              required: true,
              schema: { enum: ['json', 'npz', 'safetensors', 'svg', 'html'] },
            },
          ],
          responses: { 200: answer('the result'), 409: refusal('not done, or failed') },
        },
      },
    },
    components: {
      schemas: { Job: job, Error: error, RunConfig: jsonSchema() },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ token: [] }],
  }
}
