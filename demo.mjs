// Builds the three example filters and replays recorded traffic through them: what goes in, what comes out.
import { spawnSync } from "node:child_process";

const recordings = {
  "header-transform": ["examples/header-transform/recordings/headers.stream.jsonl"],
  "api-key": ["examples/api-key/recordings/clients.stream.jsonl", "examples/recordings/site.har"],
  "json-guard": ["examples/json-guard/recordings/orders.stream.jsonl"],
};

const asProxyWasm = (...args) => {
  const { status } = spawnSync(process.execPath, ["cli/dist/main.js", ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

for (const [name, files] of Object.entries(recordings)) {
  console.log(`\n──── ${name} ────\n`);
  asProxyWasm("build", `examples/${name}`);
  console.log();
  asProxyWasm("replay", "-C", `examples/${name}`, ...files);
}

console.log(
  "\nEverything above ran in the simulator. npm run test:envoy shows that a real Envoy does the same.",
);
