import { decodeHuffman } from "./huffman.js";

/** Names and values are byte strings. */
export type FieldList = readonly (readonly [string, string])[];

/** RFC 7541, appendix A. */
const STATIC_TABLE: FieldList = [
  [":authority", ""],
  [":method", "GET"],
  [":method", "POST"],
  [":path", "/"],
  [":path", "/index.html"],
  [":scheme", "http"],
  [":scheme", "https"],
  ...["200", "204", "206", "304", "400", "404", "500"].map((status) => [":status", status] as const),
  ["accept-charset", ""],
  ["accept-encoding", "gzip, deflate"],
  ...(
    "accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control " +
    "content-disposition content-encoding content-language content-length content-location content-range content-type " +
    "cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since " +
    "last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after " +
    "server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate"
  )
    .split(" ")
    .map((name) => [name, ""] as const),
];

/** Literals that are never indexed (RFC 7541 §6.2.3), not compressed: the simplest form there is, and it says anything. */
export function encodeFields(fields: FieldList): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0x10]), encodeText(name), encodeText(value)]),
  );
}

function encodeText(text: string): Buffer {
  return Buffer.concat([encodeInteger(text.length, 7), Buffer.from(text, "latin1")]);
}

function encodeInteger(value: number, prefixBits: number): Buffer {
  const most = 2 ** prefixBits - 1;
  if (value < most) return Buffer.from([value]);
  const octets = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) octets.push((rest % 128) + 128);
  return Buffer.from([...octets, rest]);
}

/** Reads the header blocks of one direction of a connection, in order: each can refer to what stood in those before. */
export class HpackDecoder {
  readonly #dynamic: (readonly [string, string])[] = [];
  #maximumSize = 4096;

  decode(block: Uint8Array): FieldList {
    const reader = new BlockReader(block);
    const fields: (readonly [string, string])[] = [];
    while (!reader.atEnd) {
      const first = reader.peek();
      if (first >= 0x80) fields.push(this.#entry(reader.integer(7)));
      else if (first >= 0x40) {
        const field = this.#literal(reader, 6);
        fields.push(field);
        this.#dynamic.unshift(field);
        this.#evict();
      } else if (first >= 0x20) {
        this.#maximumSize = reader.integer(5);
        this.#evict();
      } else fields.push(this.#literal(reader, 4));
    }
    return fields;
  }

  #literal(reader: BlockReader, prefixBits: number): readonly [string, string] {
    const index = reader.integer(prefixBits);
    const name = index === 0 ? reader.text() : this.#entry(index)[0];
    return [name, reader.text()];
  }

  #entry(index: number): readonly [string, string] {
    const entry = STATIC_TABLE[index - 1] ?? this.#dynamic[index - 1 - STATIC_TABLE.length];
    if (entry === undefined) throw new Error(`a header block refers to entry ${index}, which is not there`);
    return entry;
  }

  #evict(): void {
    const size = () => this.#dynamic.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    while (size() > this.#maximumSize) this.#dynamic.pop();
  }
}

class BlockReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  peek(): number {
    const octet = this.bytes[this.#at];
    if (octet === undefined) throw new Error("a header block ends in the middle of a field");
    return octet;
  }

  integer(prefixBits: number): number {
    const most = 2 ** prefixBits - 1;
    let value = this.#next() & most;
    if (value < most) return value;
    for (let shift = 0; ; shift += 7) {
      const octet = this.#next();
      value += (octet & 127) * 2 ** shift;
      if (octet < 128) return value;
    }
  }

  text(): string {
    const compressed = this.peek() >= 0x80;
    const length = this.integer(7);
    const bytes = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    if (bytes.length < length) throw new Error("a header block ends in the middle of a text");
    return compressed ? decodeHuffman(bytes) : Buffer.from(bytes).toString("latin1");
  }

  #next(): number {
    const octet = this.peek();
    this.#at++;
    return octet;
  }
}
