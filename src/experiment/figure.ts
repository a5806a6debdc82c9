// A figure as data: panels of curves. Simulation is drawn as lines or dots, theory as dashes over it.

/** One curve or cloud of points; numbers that are not finite are gaps. */
export interface Series {
  readonly label: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  readonly kind: 'line' | 'dots' | 'dashes'
  /** Series of one group share a colour: a curve and its theory. Default: the label. */
  readonly group?: string
}

/** One axis: what it shows, with its unit. */
export interface AxisData {
  readonly label: string
  /** Default `'linear'`. */
  readonly scale?: 'linear' | 'log'
}

/** A number over the plane, drawn as shades under the series. */
export interface HeatMap {
  /** Edges of the cells, rising, shapes (columns + 1) and (rows + 1). */
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  /** Shape (rows, columns), row by row from the lowest y; not finite: no cell. */
  readonly values: ArrayLike<number>
  /** What is dark. */
  readonly label: string
  /** Shades that curves can be read on (the default), or colours with a key beside them. */
  readonly palette?: 'pale' | 'bold'
  /** Of the shades; on a logarithmic one what is not positive has no cell. Default `'linear'`. */
  readonly scale?: 'linear' | 'log'
}

/** One panel: series over two axes, and a heat map under them. */
export interface PanelData {
  readonly title: string
  readonly x: AxisData
  readonly y: AxisData
  readonly series: readonly Series[]
  /** Under the series. */
  readonly heat?: HeatMap
}

/** One figure, its panels one below the other. */
export interface FigureData {
  readonly title: string
  /** What a reader who cannot see it should know. */
  readonly description: string
  readonly panels: readonly PanelData[]
}
