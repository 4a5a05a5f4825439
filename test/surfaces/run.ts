import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";
import { idlePlugin } from "as-proxy-wasm-sim";
import { parse, stringify } from "yaml";
import { planSurface } from "../../cli/src/testing/plan-surface.js";
import { installEnvoy } from "../conformance/envoy/install.mjs";
import { type RunOptions, runCommand } from "../lab/index.js";
import { customResources } from "./custom-resources.js";
import { deliveries, type DeliveryCase } from "./deliveries.js";
import { discoverFromFile } from "./discovered.js";
import { envoyEntries, patchedEntries } from "./entries.js";
import { type Entries, validate } from "./envoy.js";
import { buildIstioValidation } from "./istio.js";
import { checkResource } from "./structural-schema.js";

const USAGE = `Usage: npm run test:surfaces -- [--only NAME]

Holds what \`as-proxy-wasm manifest\` prints against the schemas of Istio and Envoy Gateway, Istio's own validation, and a real Envoy.
  --only NAME   only surfaces whose name contains NAME. May be repeated
`;

/** Returns the exit code: 0 everything is right, 1 something is not, 2 usage. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(args, USAGE, runAll);
}

async function runAll({ only }: RunOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "surfaces-"));
  const tally = { passed: 0, failed: 0 };
  const check = async (what: string, run: () => Promise<void> | void): Promise<void> => {
    try {
      await run();
      tally.passed++;
      stdout.write(`✔ ${what}\n`);
    } catch (error) {
      tally.failed++;
      stdout.write(`✘ ${what}\n${String((error as Error).message).replace(/^/gm, "    ")}\n`);
    }
  };
  try {
    const judges = await openJudges(folder);
    await checkJudges(check, judges);
    for (const one of deliveries) {
      if (!(only?.some((part) => one.surface.includes(part)) ?? true)) continue;
      await checkDelivery(check, judges, one);
    }
    await check("envoy-ecds: a running Envoy takes the filter from the file", () =>
      discoverFromFile(folder, judges.modulePath),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

type Check = (what: string, run: () => Promise<void> | void) => Promise<void>;

/** Each rejects or throws with the reason when it refuses. */
interface Judges {
  readonly modulePath: string;
  apiServer(resource: object): void;
  istiod(resource: object): Promise<void>;
  envoy(entries: Entries): Promise<void>;
}

async function openJudges(folder: string): Promise<Judges> {
  const modulePath = join(folder, "guard.wasm");
  await writeFile(modulePath, idlePlugin.vmConfig.code);
  const [schemas, istio, binary] = await Promise.all([
    customResources(),
    buildIstioValidation(),
    installEnvoy(),
  ]);
  return {
    modulePath,
    apiServer(resource) {
      const { apiVersion, kind } = resource as { readonly apiVersion: string; readonly kind: string };
      const schema = schemas.get(`${apiVersion}/${kind}`);
      assert.ok(schema, `there is no definition of ${apiVersion} ${kind}`);
      const { problems, rules } = checkResource(schema, resource);
      assert.deepEqual(problems, []);
      assert.ok(rules > 0, "no rule was asked");
    },
    async istiod(resource) {
      assert.deepEqual(await istio(resource), []);
    },
    envoy: (entries) => validate(binary, folder, entries),
  };
}

async function checkDelivery(check: Check, judges: Judges, one: DeliveryCase): Promise<void> {
  const { surface, what, filter, options } = one;
  const bare = surface === "envoy" || surface === "envoy-ecds";
  const module = bare && options["moduleUrl"] === undefined ? { modulePath: judges.modulePath } : {};
  const { documents } = planSurface(surface, filter, { ...options, ...module });
  // As it is printed, and read again.
  const printed = documents.map((document) => parse(stringify(document, { lineWidth: 0 })) as object);
  const name = `${surface}: ${what}`;
  if (!bare) await check(`${name}: the API server takes it`, () => judges.apiServer(printed[0]!));
  if (surface.startsWith("istio")) await check(`${name}: istiod takes it`, () => judges.istiod(printed[0]!));
  const entries = bare
    ? envoyEntries(printed)
    : surface === "istio-envoyfilter"
      ? patchedEntries(printed[0]!, judges.modulePath)
      : [];
  if (entries.length === 0) return;
  await check(`${name}: Envoy takes it`, async () => {
    for (const each of entries) await judges.envoy(each);
  });
}

/** A judge that takes everything proves nothing: each has to refuse what is wrong. */
async function checkJudges(check: Check, judges: Judges): Promise<void> {
  const resource = (surface: string, options: object): { spec: Record<string, unknown> } =>
    planSurface(surface, {}, options as never).documents[0] as { spec: Record<string, unknown> };
  const plugin = resource("istio", { selector: ["a=b"] });
  const policy = resource("envoy-gateway", { targetRef: ["Gateway/eg"] });
  const spoilt = (of: { spec: object }, spec: object): object => ({ ...of, spec: { ...of.spec, ...spec } });
  const wrong: readonly (readonly [what: string, resource: object, reason: RegExp])[] = [
    [
      "a field that is unknown",
      spoilt(plugin, { failurePolicy: "x" }),
      /must NOT have additional properties/,
    ],
    ["a value that is none", spoilt(plugin, { failStrategy: "FAIL_CLOSED" }), /must be equal to one of/],
    ["another scheme", spoilt(plugin, { url: "ftp://a/b" }), /url must have schema one of/],
    [
      "selector and targets",
      spoilt(plugin, { targetRefs: [{ group: "", kind: "Service", name: "a" }] }),
      /only one of targetRefs or selector/,
    ],
    ["no target", spoilt(policy, { targetRefs: undefined }), /either targetRef or targetRefs must be used/],
    [
      "a target that Envoy Gateway has not",
      spoilt(policy, { targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Service", name: "a" }] }),
      /this policy can only have a targetRefs\[\*\]\.kind/,
    ],
  ];
  for (const [what, one, reason] of wrong) {
    await check(`the API server refuses ${what}`, () => assert.throws(() => judges.apiServer(one), reason));
  }
  await check("istiod refuses a target of another kind", () =>
    assert.rejects(
      judges.istiod(
        spoilt(
          { ...plugin, spec: { url: "oci://a/b" } },
          { targetRefs: [{ group: "", kind: "Pod", name: "a" }] },
        ),
      ),
      /targetRef must be to one of/,
    ),
  );
  await check("istiod warns of a field in a patch that Envoy does not know", () => {
    const filter = resource("istio-envoyfilter", {});
    const text = JSON.stringify(filter).replace('"failure_policy"', '"failure_policies"');
    return assert.rejects(judges.istiod(JSON.parse(text) as object), /unknown field/);
  });
  await check("Envoy refuses a field that it does not know", () => {
    const { documents } = planSurface("envoy", {}, { modulePath: judges.modulePath });
    const text = JSON.stringify(documents[0]).replace('"root_id"', '"root"');
    return assert.rejects(
      judges.envoy(JSON.parse(text) as Entries),
      /no such field|Cannot find field|unknown/i,
    );
  });
  await check("Envoy refuses a module that is not there", () => {
    const { documents } = planSurface("envoy", {}, { modulePath: join(judges.modulePath, "none") });
    return assert.rejects(judges.envoy(documents[0] as Entries), /none/);
  });
}
