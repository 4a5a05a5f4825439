/** The part of Binaryen's interface that is used. */
export interface Binaryen {
  getFunctionInfo(reference: number): { readonly params: number; readonly results: number };
}

/** What the compiler hands over after compiling: the module as Binaryen holds it, not yet optimised. As much as is used of it. */
export interface BinaryenModule {
  readonly i32: { const(value: number): number };
  readonly local: { get(index: number, type: number): number };
  getFunction(name: string): number;
  removeFunction(name: string): void;
  addFunction(name: string, params: number, results: number, locals: number[], body: number): number;
  nop(): number;
  addCustomSection(name: string, contents: Uint8Array): void;
  emitText(): string;
  runPasses(passes: readonly string[]): void;
  setMemory(
    initialPages: number,
    maximumPages: number,
    exportName: string | null,
    segments: readonly { readonly offset: number; readonly data: Uint8Array; readonly passive: boolean }[],
    shared: boolean,
    memory64: boolean,
    internalName: string | undefined,
  ): void;
}
