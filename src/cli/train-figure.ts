// The figure of `deeplinear train`, as SVG or as an HTML page.
import { writeFile } from 'node:fs/promises'
import type { Drawing } from './drawing.js'
import { figureError } from './place.js'
import type { TrainConfig } from './train-config.js'
import type { TrainOutcome } from './train-report.js'

/** Draw the figure; the report has been printed by then, so that a full disk costs the figure alone. */
export async function writeFigure(
  { htmlReport, trainingFigure }: Drawing,
  path: string,
  { report, figure, minimumLoss }: TrainOutcome,
  config: TrainConfig,
): Promise<void> {
  const svg = trainingFigure(figure)
  const text = /\.svg$/i.test(path)
    ? svg
    : htmlReport({
        title: figure.title,
        figures: [svg],
        tables: [
          {
            caption: 'Plateaus',
            head: ['from step', 'to step', 'loss', 'rank', 'nuclear norm'],
            rows: report.plateaus.map((plateau) => [
              plateau.from,
              plateau.to,
              Number(plateau.loss.toPrecision(5)),
              plateau.rank,
              Number(plateau.nuclearNorm.toPrecision(5)),
            ]),
          },
          {
            caption: 'Result',
            head: ['quantity', 'value'],
            rows: [
              ['status', report.status],
              ['loss', report.loss?.toPrecision(6) ?? 'not finite'],
              ['least loss of any linear map', minimumLoss.toPrecision(6)],
              ['test accuracy', report.testAccuracy === null ? 'none' : `${(100 * report.testAccuracy).toFixed(1)} %`],
              ['steps per second', Math.round(report.stepsPerSecond)],
              ['GFLOP/s', report.gflops.toFixed(2)],
              ['speed-up over pure TypeScript', report.speedupOverTypeScript?.toFixed(1) ?? 'not measured'],
              ['build', report.build],
            ],
          },
        ],
        parameters: Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
      })
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw figureError(path, cause)
  }
}
