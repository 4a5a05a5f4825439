/** JSON for filters: strict, on bytes, and without a way to trap. `import { Json } from "as-proxy-wasm-sdk/json"`. */
export { Json, JsonKind, JsonMember, JsonResult } from "./assembly/json/json";
export { describeJsonError, JsonError } from "./assembly/json/json-error";
export { JsonReader, JsonToken } from "./assembly/json/json-reader";
export { JsonWriter } from "./assembly/json/json-writer";
export { quote } from "./assembly/json/quote";
