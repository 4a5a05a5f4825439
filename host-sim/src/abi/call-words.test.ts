import { expect, test } from "vitest";
import { callbackAnswer, callbackWords, type HostCallWords, inWords } from "./call-words.js";
import { GuestMemory } from "./guest-memory.js";
import { hostFunctions } from "./host-functions.js";
import { encodePairs } from "./pairs.js";

const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));

function put(address: number, bytes: Uint8Array | string): readonly [address: number, size: number] {
  const content = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  memory.write(address, content);
  return [address, content.length];
}

function told(name: string, call: () => number, ...values: number[]): HostCallWords {
  const calls: HostCallWords[] = [];
  inWords(name, values.length, call, () => memory, calls)(...values);
  return calls[0]!;
}

test("a call reads as what its numbers mean, and what it gave", () => {
  const value = put(2000, "jo");
  const call = () => {
    memory.writeU32(3000, value[0]);
    memory.writeU32(3004, value[1]);
    return 0;
  };
  expect(told("proxy_get_header_map_value", call, 0, ...put(1000, "x-user"), 3000, 3004)).toEqual({
    name: "proxy_get_header_map_value",
    arguments: [
      { name: "map", value: "request headers" },
      { name: "name", value: "x-user", quoted: true },
    ],
    result: "Ok",
    answers: [{ name: "value", value: "jo", quoted: true }],
  });
});

test("a call that was refused gave nothing", () => {
  expect(told("proxy_get_property", () => 1, ...put(1000, "route\0name"), 3000, 3004)).toMatchObject({
    arguments: [{ name: "path", value: "route.name" }],
    result: "NotFound",
    answers: [],
  });
});

test("maps, negative numbers, long texts and addresses outside of memory", () => {
  const pairs = put(
    5000,
    encodePairs([
      ["a", "1"],
      ["b", "2"],
    ]),
  );
  const reply = told(
    "proxy_send_local_response",
    () => 0,
    403,
    ...put(1000, ""),
    ...put(6000, "x".repeat(1000)),
    ...pairs,
    0xffffffff,
  );
  expect(reply.arguments.map(({ name, value }) => `${name} ${value}`)).toEqual([
    "status 403",
    "details ",
    `body ${"x".repeat(256)}… (1000 bytes)`,
    "headers a: 1\nb: 2",
    "grpc_status -1",
  ]);
  expect(told("proxy_log", () => 6, 3, 0xffff0000, 5).arguments).toEqual([
    { name: "level", value: "warning" },
    { name: "message", value: "outside of memory" },
  ]);
});

test("a call that never returned has no result", () => {
  const calls: HostCallWords[] = [];
  const call = inWords(
    "proxy_done",
    0,
    () => {
      throw new Error("crashed");
    },
    () => memory,
    calls,
  );
  expect(() => call()).toThrow("crashed");
  expect(calls).toEqual([{ name: "proxy_done", arguments: [], result: null, answers: [] }]);
});

test("every host function of Envoy has words for all of its numbers", () => {
  for (const { module, name, signature } of hostFunctions) {
    if (module !== "env" || !/^(proxy|envoy)_/.test(name)) continue;
    const numbers = signature.params.map(() => 0);
    const calls: HostCallWords[] = [];
    inWords(
      name,
      numbers.length,
      () => 0,
      () => memory,
      calls,
    )(...numbers);
    const words = [...calls[0]!.arguments, ...calls[0]!.answers];
    // Texts and maps take two numbers each.
    expect(
      words.every((word) => !/^\d+$/.test(word.name)),
      name,
    ).toBe(true);
    expect(words.length, name).toBeLessThanOrEqual(numbers.length);
  }
});

test("callbacks read as what their numbers mean", () => {
  expect(callbackWords("proxy_on_request_headers", ["2", "6", "1"])).toEqual([
    { name: "context", value: "2" },
    { name: "headers", value: "6" },
    { name: "end", value: "true" },
  ]);
  expect(callbackAnswer("proxy_on_request_headers", "1")).toBe("StopIteration");
  expect(callbackAnswer("proxy_on_request_body", "3")).toBe("StopIterationNoBuffer");
  expect(callbackAnswer("proxy_on_tick", "7")).toBe("7");
});
