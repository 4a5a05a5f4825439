import { isUtf8 } from "node:buffer";
import TokenParser from "@streamparser/json/tokenparser.js";
import Tokenizer from "@streamparser/json/tokenizer.js";
import TokenType from "@streamparser/json/utils/types/tokenType.js";
import { MAX_ENTRY_BYTES, MAX_JSON_DEPTH } from "./limits.js";
import { LineCount } from "./line-count.js";
import { RecordingError } from "./recording-error.js";

export interface JsonStreamOptions {
  /** The name of the file, for messages. */
  readonly source: string;
  /** Which values are wanted, as a path from the top with `*` for any key: `$.log.entries.*`; `$` are the top values themselves. */
  readonly select: string;
  readonly onValue: (value: unknown, at: JsonPlace) => void;
  /** A key near the top, before its value. */
  readonly onKey?: (path: readonly string[], valueKind: JsonKind) => void;
  /** A value at the top begins: the first, the second, … */
  readonly onTop?: (index: number, line: number) => void;
  readonly firstLine?: number;
}

export interface JsonPlace {
  /** The line on which the top value begins, from 1. */
  readonly line: number;
  /** The last step of its path: an index in an array, a key in an object. */
  readonly key: string | number | undefined;
}

export type JsonKind = "object" | "array" | "scalar";

/** So many levels of keys are told to `onKey`. */
const KEY_LEVELS = 2;

/**
 * The values of a JSON text that comes in pieces: one value, or several one after another, as Envoy writes streamed taps. Only what is
 * selected is built. Errors name line and column and never quote the text: recordings hold secrets.
 */
export class JsonStream {
  readonly #tokenizer = new Tokenizer({ separator: "", stringBufferSize: 64 * 1024, numberBufferSize: 64 });
  readonly #values: TokenParser;
  readonly #lines: LineCount;
  /** Of each open container whether it is an object. */
  readonly #open: boolean[] = [];
  readonly #keys: string[] = [];
  #expectKey = false;
  #keyPending = false;
  #tops = 0;
  #topLine: number;
  #tokenAt = 0;
  #valueEnd = 0;
  /** The first bytes of a character that the last piece ended with. */
  #held = new Uint8Array();

  constructor(private readonly options: JsonStreamOptions) {
    this.#topLine = options.firstLine ?? 1;
    this.#lines = new LineCount(this.#topLine);
    this.#values = new TokenParser({ paths: [options.select], keepStack: false, separator: "" });
    keepByteOrderMarks(this.#tokenizer);
    this.#tokenizer.onToken = (token) => {
      this.#tokenAt = token.offset;
      this.#follow(token.token, token.value);
      this.#values.write(token);
    };
    this.#values.onValue = ({ value, key }) => {
      this.#valueEnd = this.#tokenAt;
      options.onValue(value, { line: this.#topLine, key });
    };
  }

  write(piece: Uint8Array): void {
    const bytes = this.#wholeCharacters(piece);
    this.#lines.add(bytes);
    try {
      this.#tokenizer.write(bytes);
    } catch (error) {
      throw this.#explain(error);
    }
    if (this.#lines.end - this.#valueEnd > MAX_ENTRY_BYTES && this.#open.length > 0) {
      throw new RecordingError(
        "ERR_RECORDING_TOO_LARGE",
        `${this.options.source}: one JSON value near line ${this.#lines.at(this.#lines.end).line} has more than the ${MAX_ENTRY_BYTES} bytes that are read`,
      );
    }
    this.#lines.release();
  }

  end(): void {
    const lost = this.#held.length > 0;
    try {
      this.#tokenizer.end();
    } catch {
      throw this.#truncated();
    }
    if (this.#open.length > 0 || lost) throw this.#truncated();
  }

  /** Keeps count of what is open; the token parser checks the grammar afterwards. */
  #follow(token: TokenType, value: unknown): void {
    const open = this.#open;
    switch (token) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        this.#begin(token === TokenType.LEFT_BRACE ? "object" : "array");
        open.push(token === TokenType.LEFT_BRACE);
        this.#expectKey = token === TokenType.LEFT_BRACE;
        if (open.length > MAX_JSON_DEPTH) {
          const { line } = this.#lines.at(this.#tokenAt);
          throw new RecordingError(
            "ERR_RECORDING_TOO_DEEP",
            `${this.options.source}: JSON is nested deeper than ${MAX_JSON_DEPTH} levels in line ${line}`,
          );
        }
        return;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        open.pop();
        this.#expectKey = false;
        return;
      case TokenType.COMMA:
        this.#expectKey = open.at(-1) === true;
        return;
      case TokenType.COLON:
        return;
      default:
        if (this.#expectKey && token === TokenType.STRING) {
          this.#expectKey = false;
          if (open.length > KEY_LEVELS) return;
          this.#keys.length = open.length - 1;
          this.#keys.push(value as string);
          this.#keyPending = true;
        } else {
          this.#begin("scalar");
        }
    }
  }

  #begin(kind: JsonKind): void {
    if (this.#open.length === 0) {
      this.#topLine = this.#lines.at(this.#tokenAt).line;
      this.options.onTop?.(this.#tops, this.#topLine);
      this.#tops += 1;
    } else if (this.#keyPending) {
      this.#keyPending = false;
      this.options.onKey?.(this.#keys, kind);
    }
  }

  /** The bytes of whole characters; those of one that the piece cuts in two wait for the next piece. */
  #wholeCharacters(piece: Uint8Array): Buffer {
    let bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (this.#held.length > 0) bytes = Buffer.concat([this.#held, bytes]);
    const whole = bytes.length - cutCharacterLength(bytes);
    this.#held = new Uint8Array(bytes.subarray(whole));
    bytes = bytes.subarray(0, whole);
    if (isUtf8(bytes)) return bytes;
    throw new RecordingError(
      "ERR_RECORDING_NOT_UTF8",
      `${this.options.source}: is JSON in another encoding than UTF-8`,
    );
  }

  #explain(error: unknown): unknown {
    if (error instanceof RecordingError) return error;
    const { source } = this.options;
    // The tokenizer tells the place of a character, the token parser refuses the token that has just come.
    const absolute = /absolute position "(\d+)"/.exec((error as Error).message)?.[1];
    if (absolute === undefined && (error as Error).constructor.name !== "TokenParserError") return error;
    const { line, column } = this.#lines.at(absolute === undefined ? this.#tokenAt : Number(absolute));
    return new RecordingError(
      "ERR_RECORDING_NOT_JSON",
      `${source}: not JSON at line ${line}, column ${column}`,
    );
  }

  #truncated(): RecordingError {
    const { line, column } = this.#lines.at(this.#lines.end);
    return new RecordingError(
      "ERR_RECORDING_TRUNCATED",
      `${this.options.source}: ends in the middle of a JSON value (line ${line}, column ${column})`,
    );
  }
}

/** The tokenizer's own decoder drops U+FEFF where a string, or a piece of a long one, begins with it. */
function keepByteOrderMarks(tokenizer: Tokenizer): void {
  const { bufferedString } = tokenizer as unknown as { readonly bufferedString: { decoder: unknown } };
  bufferedString.decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}

/** How many bytes at the end begin a character of UTF-8 that has more (RFC 3629 §3). */
function cutCharacterLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}
