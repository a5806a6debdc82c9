// How the command line looks: colours where they are wanted, headings of the help, one voice for errors.
//
// Colours: FORCE_COLOR asks for them, NO_COLOR forbids them (https://no-color.org), else terminals have them.
import type { Command } from 'commander'

/** Escape codes of the few styles in use. */
const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], cyan: [36, 39] } as const
export type Style = keyof typeof STYLES

/** Whether a stream is to have colours. */
export function hasColor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR)
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** What styles a text for a stream. */
export function painter(stream: { readonly isTTY?: boolean }): (style: Style, text: string) => string {
  if (!hasColor(stream)) return (_, text) => text
  return (style, text) => `\u001b[${STYLES[style][0]}m${text}\u001b[${STYLES[style][1]}m`
}

/** Help with headings, and errors that begin as all others do. Commands that are added later take it over. */
export function styleProgram(program: Command): Command {
  const paint = painter(process.stdout)
  return program
    .configureHelp({
      helpWidth: 100,
      styleTitle: (text) => paint('bold', text),
      styleCommandText: (text) => paint('cyan', text),
      styleOptionTerm: (text) => paint('cyan', text),
      styleSubcommandTerm: (text) => paint('cyan', text),
    })
    .configureOutput({
      getOutHasColors: () => hasColor(process.stdout),
      getErrHasColors: () => hasColor(process.stderr),
      outputError: (text, write) => write(text.replace(/^error: /, 'deeplinear: ')),
    })
}

/** Seconds as people say them: `8.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(Math.round(seconds) / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) - 60 * minutes} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
