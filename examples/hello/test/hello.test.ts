import { readRecording, startFilter } from "as-proxy-wasm-sim";
import "as-proxy-wasm-sim/vitest";
import { expect, it } from "vitest";

const project = new URL("..", import.meta.url);

it("greets the upstream", async () => {
  const envoy = await startFilter(new URL("filter.json", project));
  const [greeting] = await readRecording(new URL("recordings/greeting.stream.jsonl", project));
  expect((await envoy.replay(greeting!)).upstream).toHaveHeader("x-hello", "world");
});
