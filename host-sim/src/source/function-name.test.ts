import { expect, test } from "vitest";
import { authorsName } from "./function-name.js";

test.each([
  ["assembly/index/Guard#onRequestHeaders", "Guard.onRequestHeaders"],
  ["~lib/array/Array<~lib/string/String>#__get", "Array.__get"],
  ["~lib/map/Map<~lib/string/String,~lib/array/Array<i32>>#set", "Map.set"],
  ["assembly/index/Guard#get:limit", "get Guard.limit"],
  ["assembly/table/pick@varargs", "pick"],
  ["assembly/index/Guard.of", "Guard.of"],
  ["export:assembly/index/proxy_on_tick", "proxy_on_tick"],
  ["assembly/index/start~anonymous|0", "a function in start"],
  ["start:assembly/index", "the top level"],
  ["~start", "the top level"],
  ["guard::check::h0123456789abcdef", "guard::check"],
  ["main.(*filter).OnHttpRequestHeaders", "main.(*filter).OnHttpRequestHeaders"],
  ["example.com/guard.(*filter).OnTick", "guard.(*filter).OnTick"],
  ["__wasm_call_ctors", "__wasm_call_ctors"],
])("%s is %s", (name, expected) => {
  expect(authorsName(name)).toBe(expected);
});
