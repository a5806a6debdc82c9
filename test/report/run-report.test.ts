import { expect, test } from 'vitest'
import { OptionError } from '../../src/errors.js'
import { runReport } from '../../src/report/index.js'

const column = (...data: number[]) => ({ length: data.length, shape: [], data })
const run = {
  status: 'completed',
  steps: 2,
  time: 0.2,
  seconds: 0.001234,
  columns: { step: column(0, 1, 2), time: column(0, 0.1, 0.2), loss: column(3, 2, 1) },
}

test('a page with figure, outcome, parameters and data', () => {
  const page = runReport(run, { title: 'A <b>', parameters: { learningRate: 0.1, sizes: [2, 3] } })
  expect(page).toContain('A &lt;b&gt;')
  expect(page).not.toContain('A <b>')
  expect(page).toMatch(/<svg [\s\S]*>loss</)
  for (const text of ['completed', '0.00123', 'learningRate', '[2,3]']) expect(page).toContain(text)
  const data = JSON.parse(/id="data">(.*?)<\/script>/s.exec(page)![1])
  expect(data.loss).toEqual({ shape: [], data: [3, 2, 1] })
})

test('a run without anything to draw is refused', () => {
  const { step, time } = run.columns
  expect(() => runReport({ ...run, columns: { step, time } })).toThrow(OptionError)
})
