// What a visitor can do: buttons, sliders, keys and charts all ask for one of these.

export interface Actions {
  /** Another preset, from its beginning. */
  choose(id: string): void
  /** A control was moved; live ones change the run on its way. */
  set(key: string, value: number | string, live: boolean): void
  toggle(): void
  /** Frames on, or back among those that are there. */
  step(by: number): void
  restart(): void
  reseed(): void
  setSpeed(speed: number): void
  /** So many speeds up or down. */
  faster(by: number): void
  /** Stay at a frame; undefined goes back to the newest. */
  pin(frame: number | undefined): void
  toggleScale(): void
  toggleTheme(): void
  openHelp(): void
  saveFigure(): void
  saveTable(): void
  useTable(text: string): void
}
