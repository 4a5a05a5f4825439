import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  fillMissingBodies,
  loadFilter,
  type PluginConfig,
  type RecordedStream,
  readRecording,
} from "as-proxy-wasm-sim";

import type { Case } from "./case.js";
import {
  type BesidePlugin,
  buildProbe,
  overHttp2,
  type Probe,
  type ProbeConfiguration,
  probes,
} from "./probes/index.js";

/** Envoy's default, 1 MiB. */
const BUFFER_LIMIT = 1_048_576;

/** The cases of a repository: every example with every recording, and every probe. `folder` is this one. */
export async function allCases(folder: string): Promise<Case[]> {
  const examples = join(folder, "..", "..", "examples");
  const shared = await recordingsIn(join(examples, "recordings"));
  const cases: Case[] = [];
  for (const name of await foldersWith(examples, "filter.json")) {
    cases.push(...(await exampleCases(join(examples, name), name, shared)));
  }
  for (const name of Object.keys(probes)) cases.push(...(await probeCases(join(folder, "probes"), name)));
  return cases;
}

interface NamedRecording {
  readonly name: string;
  readonly streams: readonly RecordedStream[];
}

/**
 * `conformance.json` beside a filter.json: configurations besides the filter's own, and whether Envoy refuses them.
 * One that is refused is started and nothing else.
 */
interface ConformanceFile {
  readonly configurations: Readonly<
    Record<string, { readonly configuration?: unknown; readonly rootId?: string; readonly refused?: boolean }>
  >;
}

async function exampleCases(
  project: string,
  name: string,
  shared: readonly NamedRecording[],
): Promise<Case[]> {
  const plugin = await loadFilter(join(project, "filter.json"));
  const recordings = [...shared, ...(await recordingsIn(join(project, "recordings")))];
  const make = (configuration: string, changed: PluginConfig, recording: NamedRecording | null): Case => ({
    name: [name, configuration, ...(recording === null ? [] : [recording.name])].join("/"),
    plugins: [changed],
    moduleSha256: sha256(plugin.vmConfig.code),
    steps: recording?.streams ?? [],
    perConnectionBufferLimitBytes: BUFFER_LIMIT,
  });
  const cases = recordings.map((recording) => make("default", plugin, recording));
  for (const [configuration, options] of Object.entries((await conformanceFile(project)).configurations)) {
    const changed: PluginConfig = {
      ...plugin,
      rootId: options.rootId ?? plugin.rootId,
      configuration: "configuration" in options ? asText(options.configuration) : plugin.configuration,
    };
    if (options.refused === true) cases.push(make(configuration, changed, null));
    else cases.push(...recordings.map((recording) => make(configuration, changed, recording)));
  }
  return cases;
}

async function conformanceFile(project: string): Promise<ConformanceFile> {
  try {
    return JSON.parse(await readFile(join(project, "conformance.json"), "utf8")) as ConformanceFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { configurations: {} };
    throw error;
  }
}

async function probeCases(folder: string, name: string): Promise<Case[]> {
  const probe = probes[name];
  if (probe === undefined) throw new Error(`no probe is called ${name}`);
  const cases: Case[] = [];
  for (const [configuration, options] of allConfigurations(probe)) {
    const { plugins, singletons } = await probePlugins(folder, name, options);
    cases.push({
      ...options,
      name: `${name}/${configuration}`,
      plugins,
      singletons,
      moduleSha256: sha256(...new Set([...plugins, ...singletons].map(({ vmConfig }) => vmConfig.code))),
      steps: options.steps ?? options.streams ?? probe.streams,
      perConnectionBufferLimitBytes: options.perConnectionBufferLimitBytes ?? BUFFER_LIMIT,
    });
  }
  return cases;
}

/** Those that run over HTTP/2 as well come twice. */
function allConfigurations(probe: Probe): readonly (readonly [string, ProbeConfiguration])[] {
  const once = Object.entries(probe.configurations);
  const again = once.flatMap(([name, options]): [string, ProbeConfiguration][] => {
    if (probe.alsoOverHttp2?.includes(name) !== true) return [];
    const steps = (options.steps ?? options.streams ?? probe.streams).map((step) =>
      "request" in step ? overHttp2(step) : step,
    );
    return [[`http2/${name}`, { ...options, upstreamProtocol: "HTTP/2", steps }]];
  });
  return [...once, ...again];
}

async function probePlugins(
  folder: string,
  name: string,
  options: ProbeConfiguration,
): Promise<{ readonly plugins: PluginConfig[]; readonly singletons: PluginConfig[] }> {
  const { kind = "http", beside = [], singletons = [] } = options;
  const code = options.code ?? (await probeModule(folder, name, options));
  const probe: PluginConfig = {
    name: "p",
    kind,
    rootId: options.rootId ?? "r",
    vmConfig: { vmId: options.vmId ?? "", code, configuration: options.vmConfiguration ?? null },
    configuration: options.configuration ?? null,
    allowOnHeadersStopIteration: options.allowOnHeadersStopIteration ?? false,
    ...options.plugin,
  };
  const derived = async (other: BesidePlugin): Promise<PluginConfig> => {
    const entry = other.entry === undefined ? options : { ...options, entry: other.entry };
    return {
      ...probe,
      name: other.name,
      kind: other.kind ?? kind,
      rootId: other.rootId ?? probe.rootId,
      vmConfig: {
        ...probe.vmConfig,
        vmId: other.vmId ?? probe.vmConfig.vmId,
        code: other.entry === undefined ? code : await probeModule(folder, name, entry),
      },
      configuration: other.configuration ?? probe.configuration,
      ...other.plugin,
    };
  };
  return {
    plugins: [probe, ...(await Promise.all(beside.map(derived)))],
    singletons: await Promise.all(singletons.map(derived)),
  };
}

function probeModule(folder: string, name: string, options: ProbeConfiguration): Promise<Uint8Array> {
  const { entry = "index", compilerOptions = [] } = options;
  const source = join(folder, name, "assembly", `${entry}.ts`);
  // What a probe's sources import: the raw ABI, or in one case a wrong one of their own.
  const imported = [join(folder, "assembly", "env.ts"), join(folder, "assembly", "host.ts")];
  const output = join(folder, name, "build", `${entry}.wasm`);
  return buildProbe(source, [source, ...imported], output, compilerOptions);
}

async function recordingsIn(folder: string): Promise<NamedRecording[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return Promise.all(
    names.toSorted().map(async (file) => ({
      name: file.replace(/\.(har|json|stream\.jsonl)$/, ""),
      streams: (await readRecording(join(folder, file))).map(fillMissingBodies),
    })),
  );
}

async function foldersWith(folder: string, file: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => ({ name, files: await readdir(join(folder, name)) })),
  );
  return found.filter(({ files }) => files.includes(file)).map(({ name }) => name);
}

const asText = (configuration: unknown) =>
  typeof configuration === "string" ? configuration : JSON.stringify(configuration);

function sha256(...modules: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const module of modules) hash.update(module);
  return hash.digest("hex");
}
