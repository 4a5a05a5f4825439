export { constantTimeEquals, constantTimeEqualsText } from "./assembly/crypto/constant-time";
export { HmacSha256, hmacSha256 } from "./assembly/crypto/hmac";
export { Sha256, sha256 } from "./assembly/crypto/sha256";
