/** Times are kept to the microsecond: sums of what is written are what was read. */
export function toMicrosecond(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

export function millisecondsBetween(earlier: number, later: number): number {
  return toMicrosecond(later - earlier);
}
