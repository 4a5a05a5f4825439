import type { Target } from "../target.js";
import { cidr } from "./cidr.js";
import { configuration } from "./configuration.js";
import { cookies } from "./cookies.js";
import { crypto } from "./crypto.js";
import { encoding } from "./encoding.js";
import { json } from "./json.js";
import { jwks } from "./jwks.js";
import { jwt } from "./jwt.js";
import { pattern } from "./pattern.js";
import { protobuf } from "./protobuf.js";
import { query } from "./query.js";

export const targets: readonly Target[] = [
  json,
  jwt,
  jwks,
  cookies,
  query,
  encoding,
  pattern,
  protobuf,
  configuration,
  cidr,
  crypto,
];
