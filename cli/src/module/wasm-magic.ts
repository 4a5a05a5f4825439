/** Whether a file begins as every wasm file does. What follows, `check` looks at. */
export function hasWasmMagic(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString("latin1") === "\0asm";
}
