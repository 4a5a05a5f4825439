import { Envoy, loadFilter, readRecording } from "as-proxy-wasm-sim";
import { expect, it } from "vitest";

const project = new URL("..", import.meta.url);

it("greets the upstream", async () => {
  const envoy = await Envoy.start({ plugins: [await loadFilter(new URL("filter.json", project))] });
  const [greeting] = await readRecording(new URL("recordings/greeting.stream.jsonl", project));
  const exchange = await envoy.replay(greeting!);
  expect(exchange.upstream?.headers).toContainEqual(["x-hello", "world"]);
  envoy.stop();
});
