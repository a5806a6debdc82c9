// Building and writing SVG with whichever DOM there is: the browser's, or linkedom's in Node.

const SVG = 'http://www.w3.org/2000/svg'

/** Fonts that some machine of every kind has; figures never load any. */
export const FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

/**
 * An SVG element with attributes and children; strings become text. Text of users belongs into children only: HTML
 * serialisation, which `serialize` has to rely on, leaves '<' in attributes as it is, and XML forbids that.
 */
export function element(
  document: Document,
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Node | string)[]
): SVGElement {
  const node = document.createElementNS(SVG, name) as SVGElement
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, typeof value === 'number' ? String(Math.round(value * 10) / 10) : value)
  }
  for (const child of children) {
    node.appendChild(typeof child === 'string' ? document.createTextNode(xmlText(child)) : child)
  }
  return node
}

/** A text without the characters that XML cannot hold even when escaped. */
export function xmlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
}

/**
 * The marks of a plot, to be placed in a larger drawing. What belongs to a page is left behind: the style sheet, and
 * the `height: auto` in it, which would apply to an inner `<svg>`. Paths are rounded to tenths of a pixel.
 */
export function marksOf(document: Document, plot: Element): SVGElement {
  // Plot's axes rely on the alignment that its own root element sets.
  const group = element(document, 'g', { 'text-anchor': 'middle' })
  for (const child of Array.from(plot.childNodes)) {
    if (child.nodeName.toLowerCase() !== 'style') group.appendChild(child)
  }
  for (const path of Array.from(group.querySelectorAll('path'))) {
    const outline = path.getAttribute('d') ?? ''
    path.setAttribute(
      'd',
      outline.replace(/\d+\.\d+/g, (length) => String(Math.round(Number(length) * 10) / 10)),
    )
  }
  return group
}

/** The text of a standalone file. */
export function serialize(svg: SVGElement): string {
  // In a browser an element of an HTML page writes the one named entity that XML does not know.
  return svg.outerHTML.replaceAll('&nbsp;', '&#160;')
}
