export { type PasswordSource, readPrivateKey, readPublicKey } from "./key.js";
export { signImage, verifySignatures } from "./signatures.js";
