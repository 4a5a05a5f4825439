export { base64Decode, base64Encode, base64UrlDecode, base64UrlEncode } from "./assembly/encoding/base64";
export { hexDecode, hexEncode } from "./assembly/encoding/hex";
export { percentDecode, percentDecodeLenient, percentEncode } from "./assembly/encoding/percent";
