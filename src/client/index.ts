// The public face of `deeplinear/client`: a server's runs and experiments from TypeScript, by fetch alone.
export { type Client, type ClientOptions, connect, type ServerInfo } from './client.js'
export type { DownloadFormat, RemoteColumn, RemoteJob, RunResult } from './remote-job.js'
