import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** The fields of a small protobuf message: numbers of varint fields, bytes of length-delimited ones; the last of each counts. */
export class MessageFields {
  readonly #numbers = new Map<number, number>();
  readonly #bytes = new Map<number, Uint8Array>();

  /** Whether a length-delimited field is there. */
  has(field: number): boolean {
    return this.#bytes.has(field);
  }

  number(field: number): number {
    return this.#numbers.get(field) ?? 0;
  }

  bytes(field: number): Uint8Array {
    return this.#bytes.get(field) ?? new Uint8Array();
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  /** Null for what Envoy's parser refuses: malformed messages, and strings that are not UTF-8. */
  static parse(message: Uint8Array, strings: readonly number[]): MessageFields | null {
    const fields = new MessageFields();
    try {
      const reader = new BinaryReader(message);
      while (reader.pos < reader.len) {
        const [field, type] = reader.tag();
        if (type === WireType.Varint) fields.#numbers.set(field, Number(reader.uint64()));
        else if (type === WireType.LengthDelimited) fields.#bytes.set(field, reader.bytes());
        else reader.skip(type, field);
      }
      if (reader.pos > reader.len) return null;
      for (const field of strings) strictUtf8.decode(fields.bytes(field));
    } catch {
      return null;
    }
    return fields;
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** A message with a bool, left out when false, then bytes and text, left out when empty. */
export function encodeResult(
  result: { readonly field: number; readonly value: boolean },
  rest: readonly { readonly field: number; readonly value: Uint8Array | string }[],
): Uint8Array {
  const writer = new BinaryWriter();
  if (result.value) writer.tag(result.field, WireType.Varint).bool(true);
  for (const { field, value } of rest) {
    if (value.length === 0) continue;
    writer.tag(field, WireType.LengthDelimited);
    if (typeof value === "string") writer.string(value);
    else writer.bytes(value);
  }
  return writer.finish();
}
