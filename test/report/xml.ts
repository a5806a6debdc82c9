// A strict reader of the XML that figures are made of: unlike the parsers of HTML it forgives nothing.

interface Node {
  name: string
  attributes: Record<string, string>
}

/** What a figure holds: its root, all elements, and the `<text>` elements with their place on the page. */
export interface Xml {
  root: Node
  elements: Node[]
  texts: { x: number; y: number; text: string }[]
}

const TAG = /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y
const TEXT = /[^<]+/y
const BAD_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
const BAD_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u

/** Reads a document; throws at the first thing that is not well-formed. */
export function readXml(xml: string): Xml {
  if (BAD_AMPERSAND.test(xml) || BAD_CHARACTER.test(xml)) throw new Error('not XML: a character that must be escaped')
  const open: (Node & { x: number; y: number; text: string })[] = []
  const elements: Node[] = []
  const texts: Xml['texts'] = []
  let at = 0
  while (at < xml.length) {
    TEXT.lastIndex = TAG.lastIndex = at
    const text = TEXT.exec(xml)?.[0]
    if (text !== undefined) {
      if (open.length === 0 && text.trim() !== '') throw new Error('not XML: text outside the root')
      for (const node of open) node.text += unescaped(text)
      at += text.length
      continue
    }
    const tag = TAG.exec(xml)
    if (tag === null) throw new Error(`not XML at ${at}: ${xml.slice(at, at + 80)}`)
    const [all, closing, name, list, empty] = tag
    at += all.length
    if (closing !== '') {
      const node = open.pop()
      if (node?.name !== name) throw new Error(`not XML: </${name}> closes <${node?.name}>`)
      if (name === 'text') texts.push({ x: node.x, y: node.y, text: node.text })
      continue
    }
    if (open.length === 0 && elements.length > 0) throw new Error('not XML: a second root')
    const attributes = readAttributes(list)
    elements.push({ name, attributes })
    const [dx, dy] = /translate\(([-\d.]+),([-\d.]+)\)/
      .exec(attributes.transform ?? '')
      ?.slice(1)
      .map(Number) ?? [0, 0]
    const { x = 0, y = 0 } = open.at(-1) ?? {}
    const own = [attributes.x ?? 0, attributes.y ?? 0].map((value) =>
      String(value).endsWith('em') ? 0 : Number(value),
    )
    const place = name === 'text' ? own : [0, 0]
    if (empty === '') open.push({ name, attributes, x: x + dx + place[0], y: y + dy + place[1], text: '' })
  }
  if (open.length > 0) throw new Error(`not XML: <${open[0].name}> is not closed`)
  return { root: elements[0], elements, texts }
}

function readAttributes(list: string): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null)
  for (const [, key, value] of list.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (key in attributes) throw new Error(`not XML: attribute ${key} twice`)
    attributes[key] = unescaped(value)
  }
  return attributes
}

function unescaped(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&(\w+|#\d+);/g, (_, name: string) =>
    name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : named[name],
  )
}
