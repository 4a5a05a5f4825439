// What a real Envoy did, replayed against the simulator: regressions show on machines that have no Envoy.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { allCases } from "./cases.js";
import { compare } from "./compare.js";
import { goldenNames, readGolden } from "./golden.js";
import { observeSimulator } from "./observe.js";
import { transcribe } from "./transcript.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const golden = join(folder, "golden");
const cases = await allCases(folder);

it("has a checked-in result of Envoy for every case, and no other", async () => {
  expect((await goldenNames(golden)).toSorted()).toEqual(cases.map(({ name }) => name).toSorted());
});

describe("the simulator does what Envoy did", () => {
  it.each(cases)("$name", async (testCase) => {
    const envoy = await readGolden(golden, testCase.name);
    if (envoy === null) throw new Error("Envoy has not run this case: run `npm run test:envoy -- --update`");
    if (envoy.moduleSha256 !== testCase.moduleSha256) {
      throw new Error("rebuilt module differs from the one Envoy ran, run `npm run test:envoy -- --update`");
    }
    const simulator = transcribe(await observeSimulator(testCase));
    const differences = compare(
      { name: "Envoy", transcript: envoy.transcript },
      { name: "simulator", transcript: simulator },
    );
    expect(differences.map(({ group, report }) => `${group}: ${report}`).join("\n\n")).toBe("");
  });
});
