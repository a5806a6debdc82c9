// The public face of `deeplinear/server`: runs and experiments as jobs behind a web-standard request handler.
export { createServer, type Server, type ServerOptions } from './app.js'
export type { AccessOptions } from './guard.js'
export type { JobStatus, JobSummary } from './job.js'
export type { ServerLimits } from './limits.js'
