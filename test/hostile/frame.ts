/** The largest frame that the filter takes, head included. */
export const LIMIT = 65_536;

/** A frame of the protocol that filters/assembly/frames.ts speaks. */
export function frame(text: string): Buffer {
  const head = Buffer.alloc(8);
  head.write("FRAM", "latin1");
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text, "latin1")]);
}
