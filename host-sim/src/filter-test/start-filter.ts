import { Envoy } from "../envoy/envoy.js";
import type { EnvoyOptions } from "../envoy/envoy-options.js";
import type { PluginConfig } from "../envoy/plugin-config.js";
import { configurationText, loadFilter } from "../manifest/index.js";
import { ClusterScripts, type ScriptedClusters } from "./cluster-scripts.js";
import { hostFromEnvironment, type HostChoice } from "./host-choice.js";
import { startedEnvoys } from "./started-envoys.js";
import { TestEnvoy, type TestedHost } from "./test-envoy.js";

export interface FilterTestOptions extends Omit<EnvoyOptions, "plugins" | "clusters"> {
  /** In place of filter.json's configuration: text as it is, anything else as JSON. Only for one filter. */
  readonly configuration?: unknown;
  /** What answers the callouts of the filter. */
  readonly clusters?: ScriptedClusters;
  /**
   * A call that nothing answers: `"error"`, the default, fails the test; `"as-envoy"` gives the filter what it would get from an Envoy
   * without the cluster, or from a cluster that closes the connection. A real Envoy does not tell of calls to clusters that it does not
   * have: there only calls that no answer of a list fits fail the test.
   */
  readonly onUnhandledCallout?: "error" | "as-envoy";
  /**
   * What the test runs in. Default: what the environment variable `AS_PROXY_WASM_HOST` says, which `as-proxy-wasm test --host` sets, else
   * the simulator. A real Envoy is the one that `findEnvoy` of `as-proxy-wasm-sim/real-envoy` finds.
   */
  readonly host?: HostChoice;
}

/**
 * Starts an Envoy with the filter under test.
 *
 * ```ts
 * const envoy = await startFilter("filter.json", { clusters: { authn: [{ path: "/check", answer: { status: 403 } }] } });
 * const exchange = await envoy.replay(request({ path: "/orders" }));
 * await envoy.stop();
 * ```
 *
 * `filter` is the path of a filter.json whose module is built, or what `loadFilter` makes of it, or a chain of such. Rejects with
 * `EnvoyStartError` where Envoy would not start with the filter, and with what `loadFilter` rejects with.
 */
export async function startFilter(
  filter: string | URL | PluginConfig | readonly PluginConfig[],
  options: FilterTestOptions = {},
): Promise<TestEnvoy> {
  const {
    configuration,
    clusters = {},
    onUnhandledCallout = "error",
    host = hostFromEnvironment(),
    ...rest
  } = options;
  const plugins = await pluginsOf(filter);
  const configured =
    configuration === undefined
      ? plugins
      : plugins.map((plugin) => ({
          ...plugin,
          configuration:
            configuration instanceof Uint8Array ? configuration : configurationText(configuration),
        }));
  const settings = { ...rest, plugins: configured };
  const isStrict = onUnhandledCallout === "error";
  let envoy: TestEnvoy;
  if (host === "simulator") {
    const { simulator, tested } = await simulated(settings, clusters);
    envoy = new TestEnvoy(host, simulator, [tested], isStrict);
  } else if (host === "envoy") {
    envoy = new TestEnvoy(host, null, [await real(settings, clusters)], isStrict);
  } else {
    const { simulator, tested } = await simulated(settings, clusters);
    envoy = new TestEnvoy(host, simulator, [tested, await real(settings, clusters)], isStrict);
  }
  startedEnvoys.add(envoy);
  envoy.requireAnswers();
  return envoy;
}

async function simulated(
  settings: EnvoyOptions,
  clusters: ScriptedClusters,
): Promise<{ readonly simulator: Envoy; readonly tested: TestedHost }> {
  const scripts = new ClusterScripts(clusters);
  const simulator = await Envoy.start({ ...settings, clusters: scripts.clusters });
  return { simulator, tested: { host: simulator, scripts } };
}

async function real(settings: EnvoyOptions, clusters: ScriptedClusters): Promise<TestedHost> {
  const scripts = new ClusterScripts(clusters);
  // Loaded only for those who ask for it.
  const { RealEnvoy } = await import("../real-envoy/index.js");
  return { host: await RealEnvoy.start({ ...settings, clusters: scripts.clusters }), scripts };
}

async function pluginsOf(
  filter: string | URL | PluginConfig | readonly PluginConfig[],
): Promise<readonly PluginConfig[]> {
  if (typeof filter === "string" || filter instanceof URL) return [await loadFilter(filter)];
  return Array.isArray(filter) ? filter : [filter as PluginConfig];
}
