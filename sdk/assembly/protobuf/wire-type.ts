/** How a field's value is written (protobuf's encoding guide). Groups, 3 and 4, are refused. */
export enum WireType {
  /** Integers, booleans and enums. */
  Varint = 0,
  /** Eight bytes: `fixed64`, `sfixed64` and `double`. */
  Fixed64 = 1,
  /** Strings, bytes, messages and packed lists: a length and as many bytes. */
  Bytes = 2,
  /** Four bytes: `fixed32`, `sfixed32` and `float`. */
  Fixed32 = 5,
}
