// Lookups of names (abi.md 4.6, G). Answers, tokens and what comes inside the call are those of a real Envoy 1.40.
import { expect, test } from "vitest";
import { logged, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import type { DnsAnswers } from "./dns.js";

const resolver = `
  function lookUp(name: string): void {
    const data = bytes(name);
    const status = envoy_resolve_dns(address(data), data.byteLength, out + 16);
    log(name + " " + status.toString() + " token " + load<i32>(out, 16).toString());
  }
  export function envoy_on_resolve_dns(id: i32, token: i32, size: i32): void {
    proxy_get_buffer_bytes(8, 0, i32.MAX_VALUE, out, out + 4);
    const at = load<u32>(out);
    let text = size == 0 ? "nothing" : load<u32>(at).toString();
    if (size > 4) text += " " + load<u32>(at + 4).toString() + " " + String.UTF8.decodeUnsafe(at + 4 + 4 * load<u32>(at), size - 4 - 4 * load<u32>(at));
    log(token.toString() + " is " + text.replaceAll("\\0", "|") + " " + setBuffer(8, 0, 1, "").toString());
  }
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    const names = get(REQUEST, "x-names").split(",");
    for (let i = 0; i < names.length; i++) lookUp(names[i]);
    log("bad " + envoy_resolve_dns(0xfffffff0, 100, out).toString() + envoy_resolve_dns(0, 0, 0xfffffff0).toString());
    return CONTINUE;
  }`;

async function lookUp(names: string, dns: DnsAnswers = {}) {
  const envoy = await start(resolver, { dns });
  const exchange = await envoy.replay(stream({ headers: [["x-names", names]] }));
  envoy.advance(100);
  return { exchange, lines: logged(envoy) };
}

test("addresses, localhost and what is no name are answered inside the host call", async () => {
  const { lines } = await lookUp("localhost,127.0.0.1,0:0::1,a b,1.2.3.4:80");
  expect(lines).toEqual([
    ...["2 is 1 0 [::1]:0| 2", "localhost 0 token 2", "3 is 1 0 127.0.0.1:0| 2", "127.0.0.1 0 token 3"],
    ...["4 is 1 0 [::1]:0| 2", "0:0::1 0 token 4", "5 is nothing 2", "a b 0 token 5"],
    ...["6 is nothing 2", "1.2.3.4:80 0 token 6", "bad 66"],
  ]);
});

test("other names are answered later, as the test says", async () => {
  const { lines } = await lookUp("slow.example,pair.example,none.example,down.example", {
    "slow.example": { addresses: ["10.0.0.1"], ttlSeconds: 30, delayMs: 50 },
    "pair.example": ["10.0.0.2", "2001:db8::2"],
    "none.example": [],
    "down.example": "failure",
  });
  expect(lines.slice(5)).toEqual([
    ...["3 is 2 0 10.0.0.2:0|[2001:db8::2]:0| 2", "4 is 0 2", "5 is nothing 2", "2 is 1 30 10.0.0.1:0| 2"],
  ]);
});

test("a name without an answer fails the exchange by its name", async () => {
  const { exchange } = await lookUp("nobody.example");
  expect(exchange.outcome).toMatchObject({
    kind: "failed",
    explanation: expect.stringContaining('"nobody.example"'),
  });
});
