// npm run bench:report: docs/performance.md, docs/roofline.svg and the table of README.md from bench/peers.json and bench/threads.json, and a page and
// a picture more for every folder of bench/machines.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseHTML } from 'linkedom'
import { replaceBetween } from '../../scripts/between.js'
import { performancePage } from './document.js'
import { machineRecords } from './files.js'
import { readmeTable } from './readme-table.js'
import { roofline } from './roofline.js'

const root = new URL('../../', import.meta.url)
const records = machineRecords(root)
const { document } = parseHTML('<html><body></body></html>')
for (const record of records) {
  const { page, roofline: picture } = record.files
  writeFileSync(
    new URL(page, root),
    performancePage(
      record,
      records.filter((other) => other !== record),
    ),
  )
  writeFileSync(new URL(picture, new URL(page, root)), `${roofline(document as unknown as Document, record.runs[0])}\n`)
}
const readme = new URL('README.md', root)
writeFileSync(readme, replaceBetween(readFileSync(readme, 'utf8'), 'bench', readmeTable(records[0].runs[0])))
