/** One entry of a POSIX.1-1988 ustar archive, said to be whatever one likes. */
export interface TarEntry {
  readonly name: string;
  /** `0` a file (default), `1` a hard link, `2` a symbolic link, `3` a character device, `4` a block device, `5` a folder, `6` a FIFO. */
  readonly type?: string;
  readonly bytes?: Uint8Array;
  readonly linkName?: string;
  /** Default: that of the bytes. */
  readonly size?: number;
}

/** Written here again, so that the tests do not lean on what they test. */
export function tarOf(...entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(blocks), Buffer.alloc(1024)]);
}

function blocks({
  name,
  type = "0",
  bytes = Buffer.of(),
  linkName = "",
  size = bytes.byteLength,
}: TarEntry): Buffer {
  const header = Buffer.alloc(512);
  const fields: readonly (readonly [offset: number, text: string])[] = [
    [0, name],
    [100, "0000644\0"],
    [108, "0000000\0"],
    [116, "0000000\0"],
    [124, `${size.toString(8).padStart(11, "0")}\0`],
    [136, "00000000000\0"],
    [148, "        "],
    [156, type],
    [157, linkName],
    [257, "ustar\x0000"],
  ];
  for (const [offset, text] of fields) header.write(text, offset, "latin1");
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)]);
}
