import type { Target } from "../target.js";
import { cidr } from "./cidr.js";
import { cookies } from "./cookies.js";
import { crypto } from "./crypto.js";
import { encoding } from "./encoding.js";
import { query } from "./query.js";

export const targets: readonly Target[] = [encoding, query, cookies, crypto, cidr];
