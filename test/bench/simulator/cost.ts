/** What some streams took. */
export interface Cost {
  /** Processor time of the whole process, its collector and compiler threads too. */
  readonly cpuMicroseconds: number;
  readonly wallMicroseconds: number;
}
