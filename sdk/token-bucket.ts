export { TokenBucket } from "./assembly/token-bucket/token-bucket";
