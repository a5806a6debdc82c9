/** `text` with `content` between the marks `<!-- name:begin -->` and `<!-- name:end -->`. */
export function replaceBetween(text: string, name: string, content: string): string {
  const [before, rest] = text.split(`<!-- ${name}:begin -->`)
  const after = rest.split(`<!-- ${name}:end -->`)[1]
  return `${before}<!-- ${name}:begin -->\n${content}\n<!-- ${name}:end -->${after}`
}
