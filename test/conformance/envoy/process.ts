import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { FILTER_LISTENER, SIDE_LISTENER } from "./bootstrap.js";

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

/** An Envoy that serves. */
export interface RunningEnvoy {
  readonly kind: "running";
  /** Where the filter listens. */
  readonly port: number;
  /** Where the listener without the filter listens. */
  readonly sidePort: number;
  /** GET of an admin path. */
  admin(path: string): Promise<string>;
  /** Whether it ended by itself. */
  crashed(): boolean;
  /** SIGTERM, then everything that was logged. */
  stop(): Promise<string>;
}

/** An Envoy that ended before it served: its configuration was refused. */
export interface RefusedEnvoy {
  readonly kind: "refused";
  readonly exitCode: number | null;
  readonly log: string;
}

/** Starts Envoy with a bootstrap and waits until it serves or has ended. `folder` holds its files and is the caller's. */
export async function startEnvoy(
  binary: string,
  bootstrap: object,
  folder: string,
): Promise<RunningEnvoy | RefusedEnvoy> {
  const configPath = join(folder, "bootstrap.json");
  const adminPath = join(folder, "admin.address");
  await writeFile(configPath, JSON.stringify(bootstrap));
  const child = spawn(
    binary,
    [
      ...["-c", configPath, "--admin-address-path", adminPath],
      ...["--disable-hot-restart", "--concurrency", "1"],
      ...["--component-log-level", "wasm:trace", "--log-format", "[%t][%l][%n] %v"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const log = collectLog(child);
  const exited = once(child, "close");

  try {
    const ports = await ready(child, adminPath);
    if (ports === null) {
      await exited;
      return { kind: "refused", exitCode: child.exitCode, log: log() };
    }
    return {
      kind: "running",
      ...ports,
      crashed: () => hasEnded(child),
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

function collectLog(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("latin1");
}

async function terminate(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(late);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

type Ports = Pick<RunningEnvoy, "port" | "sidePort" | "admin">;

/** Null when the process ends first. */
async function ready(child: ChildProcess, adminPath: string): Promise<Ports | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (hasEnded(child)) return null;
    const ports = await servingPorts(adminPath);
    if (ports !== null) return ports;
    await sleep(20);
  }
  throw new Error(`Envoy did not serve within ${START_TIMEOUT_MS / 1000} s`);
}

async function servingPorts(adminPath: string): Promise<Ports | null> {
  try {
    const address = (await readFile(adminPath, "utf8")).trim();
    if (address === "") return null;
    const admin = (path: string) => httpGet(`http://${address}${path}`);
    if ((await admin("/ready")).trim() !== "LIVE") return null;
    const listeners = JSON.parse(await admin("/listeners?format=json")) as ListenersAnswer;
    const portOf = (name: string) =>
      listeners.listener_statuses?.find((status) => status.name === name)?.local_address.socket_address
        .port_value;
    const [port, sidePort] = [portOf(FILTER_LISTENER), portOf(SIDE_LISTENER)];
    return port === undefined || sidePort === undefined ? null : { port, sidePort, admin };
  } catch (error) {
    // The address file or the admin port does not exist yet; whether it ever will is the deadline's matter.
    if (["ENOENT", "ECONNREFUSED", "ECONNRESET"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return null;
    throw error;
  }
}

interface ListenersAnswer {
  readonly listener_statuses?: readonly {
    readonly name: string;
    readonly local_address: { readonly socket_address: { readonly port_value: number } };
  }[];
}

function httpGet(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString("latin1")));
      response.on("error", reject);
    }).on("error", reject);
  });
}
