import { expect, it } from "vitest";
import { logged, start, stream } from "./simulated.js";

// How header maps are read: one field alone, or all at once (abi/snapshot.ts). What is read is the same either way.

const source = `
import { Headers, HeadersAction, HttpFilter, log, registerHttpFilter } from "as-proxy-wasm-sdk";

class Reader extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const steps = headers.get("x-steps")!.split(" ");
    for (let i = 0; i < steps.length; ++i) {
      const step = steps[i];
      const name = step.substring(1);
      if (step.startsWith("?")) {
        const value = headers.get(name);
        log.info(value === null ? "none" : value);
      } else if (step.startsWith("+")) headers.add(name, "added");
      else if (step.startsWith("=")) headers.set(name, "set");
      else if (step.startsWith("-")) headers.remove(name);
    }
    return HeadersAction.Continue;
  }
}
registerHttpFilter<Reader>("test");
`;

const envoy = await start(source);

async function run(steps: string): Promise<{ read: string[]; calls: string[] }> {
  const exchange = await envoy.replay(stream({ headers: { "x-a": "a", "x-b": "b", "x-steps": steps } }));
  const calls = exchange.trace.flatMap(
    ({ text }) => /env\.proxy_(get_header_map_\w+)\(/.exec(text)?.[1] ?? [],
  );
  return { read: logged(exchange), calls };
}

const ONE = "get_header_map_value";
const ALL = "get_header_map_pairs";

it("asks for one field where the last callback read one, and for all from the second read on", async () => {
  expect((await run("")).calls).toEqual([ONE]);
  expect((await run("?x-a ?x-b ?x-c")).calls).toEqual([ONE, ALL]);
  expect((await run("?x-a")).calls).toEqual([ALL]);
  expect((await run("")).calls).toEqual([ALL]);
  expect((await run("")).calls).toEqual([ONE]);
});

it("reads what was written, whenever it was", async () => {
  for (const warm of ["", "?x-a ?x-b"]) {
    await run(warm);
    const { read } = await run("=x-a ?x-a ?x-b +x-c ?x-c -x-b ?x-b =x-b ?X-B ?x-a ?x-d");
    expect(read).toEqual(["set", "b", "added", "none", "set", "set", "none"]);
  }
});
