// Words with small figures.
const FIGURES = '\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089'

/** 12 -> the same in small figures below the line. */
export const subscript = (n: number) => String(n).replace(/\d/g, (digit) => FIGURES[Number(digit)])
