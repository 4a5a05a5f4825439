import { describe, expect, test } from "vitest";
import { planSurface } from "../testing/plan-surface.js";
import { surfaces } from "./index.js";

/** A filter that needs one thing, and the surfaces that can say it. */
const table: readonly (readonly [filter: object, surfaces: string])[] = [
  [{}, "istio istio-traffic-extension istio-envoyfilter envoy-gateway envoy envoy-ecds"],
  [{ kind: "network" }, "istio istio-traffic-extension istio-envoyfilter envoy envoy-ecds"],
  [{ kind: "access-logger" }, "envoy"],
  [{ kind: "singleton" }, "envoy"],
  [{ allowOnHeadersStopIteration: true }, "istio-envoyfilter envoy envoy-ecds"],
  [
    { failurePolicy: "FAIL_OPEN" },
    "istio istio-traffic-extension istio-envoyfilter envoy-gateway envoy envoy-ecds",
  ],
  [{ failurePolicy: "FAIL_RELOAD" }, "istio istio-traffic-extension istio-envoyfilter envoy envoy-ecds"],
  [{ reloadConfig: { backoff: { baseIntervalMs: 300 } } }, "istio-envoyfilter envoy envoy-ecds"],
  [
    { capabilityRestrictionConfig: { allowedCapabilities: ["proxy_log"] } },
    "istio-envoyfilter envoy envoy-ecds",
  ],
  [{ vmId: "shared" }, "istio-envoyfilter envoy envoy-ecds"],
  [{ vmConfiguration: "x" }, "istio-envoyfilter envoy envoy-ecds"],
  [
    { environmentVariables: { keyValues: { A: "1" } } },
    "istio istio-traffic-extension istio-envoyfilter envoy envoy-ecds",
  ],
  [
    { environmentVariables: { hostEnvKeys: ["A"] } },
    "istio istio-traffic-extension istio-envoyfilter envoy-gateway envoy envoy-ecds",
  ],
  [{ configuration: "plain text" }, "istio-envoyfilter envoy envoy-ecds"],
  [{ configuration: [1] }, "istio-envoyfilter envoy-gateway envoy envoy-ecds"],
  [{ configuration: {} }, "istio-envoyfilter envoy-gateway envoy envoy-ecds"],
];

const optionsOf = (name: string): object => (name === "envoy-gateway" ? { targetRef: ["Gateway/eg"] } : {});

test.each(table)("%j fits %s, and nothing else", (filter, names) => {
  const fits = surfaces.filter(({ name }) => {
    try {
      planSurface(name, filter as Record<string, unknown>, optionsOf(name) as Record<string, unknown>);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "ERR_MANIFEST" });
      return false;
    }
  });
  expect(fits.map(({ name }) => name).join(" ")).toBe(names);
});

describe("what does not fit", () => {
  const refusal = (name: string, filter: Record<string, unknown>): { message: string; hint: string } => {
    try {
      planSurface(name, filter, optionsOf(name) as Record<string, unknown>);
    } catch (error) {
      return error as { message: string; hint: string };
    }
    throw new Error("it fits");
  };

  test("is told with the reason, and with who can say it", () => {
    expect(refusal("istio", { allowOnHeadersStopIteration: true })).toMatchObject({
      message:
        'guard does not fit a WasmPlugin: it has "allowOnHeadersStopIteration": true, which Istio cannot set there: requests with a body, such as POST, would hang',
      hint: "as-proxy-wasm manifest istio-envoyfilter, envoy or envoy-ecds can say it",
    });
  });

  test("is told all at once", () => {
    const { message, hint } = refusal("envoy-gateway", {
      kind: "network",
      vmConfiguration: "x",
      configuration: "plain",
      environmentVariables: { keyValues: { A: "1" } },
      failurePolicy: "FAIL_RELOAD",
    });
    expect(message.match(/it has [^,]+(?=, which)/g)).toEqual([
      'it has "kind": "network"',
      'it has "failurePolicy": "FAIL_RELOAD"',
      'it has a "vmConfiguration"',
      'it has "environmentVariables.keyValues"',
      'it has a "configuration" that is no JSON',
    ]);
    expect(hint).toBe("as-proxy-wasm manifest envoy or envoy-ecds can say all of it");
  });

  test("a filter for another host fits nowhere", () => {
    for (const { name } of surfaces) {
      expect(refusal(name, { target: "mosn" })).toMatchObject({
        message: expect.stringContaining("guard is built for mosn") as string,
        hint: 'set "target" to "envoy" and build again',
      });
    }
  });

  test("every limit says why in one clause", () => {
    for (const { because } of surfaces.flatMap(({ limits }) => limits)) {
      expect(because).toMatch(/^[a-zA-Z][^\n;]+[^.\s]$/);
    }
  });
});
