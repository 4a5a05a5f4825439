import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { endWithThisProcess } from "./last-resort.js";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

export interface ProcessOptions {
  /** Of the wasm logger. `trace` writes every call of the ABI into the log. */
  readonly wasmLogLevel: "trace" | "debug" | "info" | "warning" | "error" | "critical" | "off";
  readonly concurrency: number;
  /** How long old listeners and filter chains live after an update; Envoy's own default is 600 s. */
  readonly drainSeconds?: number;
  /** Gets what Envoy logs as it comes. */
  readonly onLog?: (bytes: Buffer) => void;
  /** The listeners whose ports have to be known before Envoy counts as running. */
  readonly listeners: readonly string[];
}

/** An Envoy that serves. */
export interface RunningProcess {
  readonly kind: "running";
  readonly pid: number;
  /** Where a listener listens; throws when there is no such listener now. */
  port(listener: string): number;
  /** GET of an admin path. */
  admin(path: string): Promise<string>;
  /** POST of an admin path. */
  adminPost(path: string): Promise<string>;
  /** Looks up the ports again, after listeners have come or gone. */
  refreshPorts(): Promise<void>;
  /** Whether it ended by itself. */
  crashed(): boolean;
  /** What was logged until now, as a byte string. */
  log(): string;
  /** SIGTERM, then everything that was logged. */
  stop(): Promise<string>;
}

/** An Envoy that ended before it served: its configuration was refused. */
export interface RefusedProcess {
  readonly kind: "refused";
  readonly exitCode: number | null;
  readonly log: string;
}

/** Starts Envoy with a bootstrap and waits until it serves or has ended. `folder` holds its files and is the caller's. */
export async function startProcess(
  binary: string,
  bootstrap: object,
  folder: string,
  options: ProcessOptions,
): Promise<RunningProcess | RefusedProcess> {
  const configPath = join(folder, "bootstrap.json");
  const adminPath = join(folder, "admin.address");
  await writeFile(configPath, JSON.stringify(bootstrap));
  const child = spawn(
    binary,
    [
      ...["-c", configPath, "--admin-address-path", adminPath],
      ...["--disable-hot-restart", "--concurrency", `${options.concurrency}`],
      ...["--component-log-level", `wasm:${options.wasmLogLevel}`, "--log-format", "[%t][%l][%n] %v"],
      // Access logs are read while streams are compared: they may not lag behind.
      ...["--file-flush-interval-msec", "1"],
      ...(options.drainSeconds === undefined ? [] : ["--drain-time-s", `${options.drainSeconds}`]),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const log = collectLog(child, options.onLog);
  const exited = once(child, "close");
  const release = endWithThisProcess({ kill: () => child.kill("SIGKILL"), folder });
  child.on("close", release);

  try {
    const ready = await untilReady(child, adminPath, options.listeners);
    if (ready === null) {
      await exited;
      return { kind: "refused", exitCode: child.exitCode, log: log() };
    }
    const { address } = ready;
    let { ports } = ready;
    return {
      kind: "running",
      pid: child.pid ?? 0,
      port: (listener) => {
        const port = ports.get(listener);
        if (port === undefined) throw new Error(`Envoy has no listener ${listener}`);
        return port;
      },
      admin: (path) => httpRequest(`http://${address}${path}`, "GET"),
      adminPost: (path) => httpRequest(`http://${address}${path}`, "POST"),
      refreshPorts: async () => {
        ports = await listenerPorts(address);
      },
      crashed: () => hasEnded(child),
      log,
      stop: async () => {
        await terminate(child, exited);
        return log();
      },
    };
  } catch (error) {
    await terminate(child, exited);
    throw error;
  }
}

function collectLog(child: ChildProcess, onLog: ProcessOptions["onLog"]): () => string {
  const chunks: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    onLog?.(chunk);
  });
  return () => Buffer.concat(chunks).toString("latin1");
}

async function terminate(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(late);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

interface Ready {
  readonly address: string;
  readonly ports: ReadonlyMap<string, number>;
}

/** Null when the process ends first. */
async function untilReady(
  child: ChildProcess,
  adminPath: string,
  listeners: readonly string[],
): Promise<Ready | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (hasEnded(child)) return null;
    const ready = await readiness(adminPath);
    if (ready !== null && listeners.every((name) => ready.ports.has(name))) return ready;
    await sleep(20);
  }
  throw new Error(`Envoy did not serve within ${START_TIMEOUT_MS / 1000} s`);
}

async function readiness(adminPath: string): Promise<Ready | null> {
  try {
    const address = (await readFile(adminPath, "utf8")).trim();
    if (address === "") return null;
    if ((await httpRequest(`http://${address}/ready`, "GET")).trim() !== "LIVE") return null;
    return { address, ports: await listenerPorts(address) };
  } catch (error) {
    // The address file or the admin port does not exist yet; whether it ever will is the deadline's matter.
    if (["ENOENT", "ECONNREFUSED", "ECONNRESET"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return null;
    throw error;
  }
}

async function listenerPorts(address: string): Promise<Map<string, number>> {
  const answer = JSON.parse(
    await httpRequest(`http://${address}/listeners?format=json`, "GET"),
  ) as ListenersAnswer;
  return new Map(
    answer.listener_statuses?.map(({ name, local_address }) => [
      name,
      local_address.socket_address.port_value,
    ]),
  );
}

interface ListenersAnswer {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: { readonly socket_address: { readonly port_value: number } };
  }[];
}

function httpRequest(url: string, method: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString("latin1")));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
