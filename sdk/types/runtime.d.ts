// The parts of AssemblyScript's runtime that the collector uses, for editors and declarations; asc has its own.

/** Bytes allocated and not yet freed. */
export declare const total: usize;

declare global {
  /** Frees what nothing refers to. Allowed only while no guest function is on the stack. */
  function __collect(): void;
}
