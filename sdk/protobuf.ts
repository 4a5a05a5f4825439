/** Protobuf messages by hand: `import { ProtobufReader } from "as-proxy-wasm-sdk/protobuf"`. */
export { ProtobufReader } from "./assembly/protobuf/reader";
export { ProtobufWriter } from "./assembly/protobuf/writer";
export { jsonOfStruct, jsonOfValue } from "./assembly/protobuf/struct";
export { WireType } from "./assembly/protobuf/wire-type";
