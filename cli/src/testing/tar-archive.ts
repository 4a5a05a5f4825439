/** Tars of any kind, hostile ones too, for tests. */
import { Header } from "tar/header";

export interface TestEntry {
  readonly path: string;
  readonly bytes?: Uint8Array;
  /** The typeflag: "0" a file (the default), "1" a link, "2" a symbolic link, "3" and "4" devices, "5" a folder, "S" sparse. */
  readonly type?: "0" | "1" | "2" | "3" | "4" | "5" | "6" | "S" | "x" | "L";
  readonly linkTo?: string;
  /** What the header claims, where that is not the truth. */
  readonly size?: number;
}

export function tarArchive(...entries: readonly TestEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, bytes = new Uint8Array(0), type = "0", linkTo, size }) => {
    const header = new Header({
      path,
      mode: 0o644,
      size: size ?? bytes.byteLength,
      mtime: new Date(0),
      ...(linkTo === undefined ? {} : { linkpath: linkTo }),
    });
    header.type = type;
    header.encode();
    return [header.block!, bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
