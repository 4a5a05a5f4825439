/** How a field's value is written (protobuf's encoding guide). Groups, 3 and 4, are refused. */
export enum WireType {
  /** Integers, booleans and enums. */
  Varint = 0,
  Fixed64 = 1,
  /** Strings, bytes, messages and packed lists: a length and as many bytes. */
  Bytes = 2,
  Fixed32 = 5,
}
