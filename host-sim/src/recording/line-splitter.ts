import { MAX_ENTRY_BYTES } from "./limits.js";
import { RecordingError } from "./recording-error.js";

const LINE_FEED = 0x0a;

/** Cuts UTF-8 text that comes in pieces into lines, without their line feeds; the last one needs none. */
export class LineSplitter {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** What has come of a line that is not whole. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #lines = 0;

  constructor(
    private readonly source: string,
    private readonly onLine: (line: string) => void,
  ) {}

  write(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      this.#give(bytes.subarray(start, end));
      start = end + 1;
    }
    if (start === bytes.length) return;
    this.#begunBytes += bytes.length - start;
    if (this.#begunBytes > MAX_ENTRY_BYTES) {
      throw new RecordingError(
        "ERR_RECORDING_TOO_LARGE",
        `${this.source}, line ${this.#lines + 1}: has more than the ${MAX_ENTRY_BYTES} bytes that are read`,
      );
    }
    // A copy: the slice of a Buffer is a view.
    this.#begun.push(new Uint8Array(bytes.subarray(start)));
  }

  end(): void {
    if (this.#begun.length > 0) this.#give(new Uint8Array());
  }

  #give(last: Uint8Array): void {
    const bytes = this.#begun.length === 0 ? last : Buffer.concat([...this.#begun, last]);
    this.#begun = [];
    this.#begunBytes = 0;
    this.#lines += 1;
    let line: string;
    try {
      line = this.#decoder.decode(bytes);
    } catch (cause) {
      throw new RecordingError(
        "ERR_RECORDING_NOT_UTF8",
        `${this.source}, line ${this.#lines}: is JSON in another encoding than UTF-8`,
        { cause },
      );
    }
    this.onLine(line);
  }
}
