export { Jwt } from "./assembly/jwt/jwt";
export { JwtAlgorithm, JwtKey } from "./assembly/jwt/jwt-key";
export { JwtKeySet, JwtKeySetResult } from "./assembly/jwt/jwt-key-set";
export { JwtRefusal, JwtResult, JwtVerifier } from "./assembly/jwt/jwt-verifier";
