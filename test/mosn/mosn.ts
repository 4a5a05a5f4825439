import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { deadPort, Http1Client, repository, until } from "../lab/index.js";

const HOST = join(repository, "test", "mosn", "host");

/** MOSN can't be made here: no Go, no C compiler, or no module proxy. */
export class MosnBuildError extends Error {}

/** Builds MOSN 1.2.0 from its published modules, once; gives the binary. The first time takes some minutes. */
export async function buildMosn(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "main.go"]) hash.update(await readFile(join(HOST, file)));
  const folder = join(repository, ".cache", "mosn");
  const binary = join(folder, `mosn-${hash.digest("hex").slice(0, 16)}`);
  if (await exists(binary)) return binary;
  await mkdir(folder, { recursive: true });
  const command = ["build", "-tags", "wasmer", "-buildvcs=false", "-o", binary, "."];
  await promisify(execFile)("go", command, { cwd: HOST, env: { ...process.env, CGO_ENABLED: "1" } }).catch(
    (cause: Error) => {
      throw new MosnBuildError(`MOSN does not build; it takes Go and a C compiler.\n${cause.message}`);
    },
  );
  return binary;
}

/** A running MOSN with one listener, one module and one upstream. */
export class Mosn {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** `configuration`: the plugin's, as MOSN takes it. */
  static async start(options: {
    readonly binary: string;
    readonly module: string;
    readonly upstream: number;
    readonly configuration?: string;
  }): Promise<Mosn> {
    const folder = await mkdtemp(join(tmpdir(), "mosn-"));
    const port = await deadPort();
    const config = describe({ ...options, port, adminPort: await deadPort(), log: join(folder, "mosn.log") });
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    // MOSN keeps files where it was started.
    const process = spawn(options.binary, [join(folder, "config.json")], { cwd: folder, stdio: "ignore" });
    const mosn = new Mosn(process, folder, port);
    const listens = await until(async () => {
      const client = await Http1Client.connect(port).catch(() => null);
      client?.close();
      return client === null ? null : true;
    }, 20_000);
    if (listens !== null) return mosn;
    const log = await mosn.log();
    await mosn.stop();
    throw new Error(`MOSN does not listen:\n${log.slice(-2000)}`);
  }

  log(): Promise<string> {
    return readFile(join(this.folder, "mosn.log"), "utf8").catch(() => "");
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill("SIGKILL");
      await once(this.process, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function describe(options: {
  readonly module: string;
  readonly upstream: number;
  readonly configuration?: string;
  readonly port: number;
  readonly adminPort: number;
  readonly log: string;
}): object {
  const { module, upstream, configuration, port, adminPort, log } = options;
  const http1 = {
    downstream_protocol: "Http1",
    upstream_protocol: "Http1",
    router_config_name: "all",
  };
  return {
    servers: [
      {
        default_log_path: log,
        default_log_level: "INFO",
        routers: [
          {
            router_config_name: "all",
            virtual_hosts: [
              {
                name: "all",
                domains: ["*"],
                routers: [{ match: { prefix: "/" }, route: { cluster_name: "up" } }],
              },
            ],
          },
        ],
        listeners: [
          {
            name: "in",
            address: `127.0.0.1:${port}`,
            bind_port: true,
            filter_chains: [{ filters: [{ type: "proxy", config: http1 }] }],
            stream_filters: [
              {
                type: "proxywasm",
                config: {
                  instance_num: 1,
                  vm_config: { engine: "wasmer", path: module },
                  ...(configuration === undefined ? {} : { configuration }),
                },
              },
            ],
          },
        ],
      },
    ],
    cluster_manager: {
      clusters: [
        { name: "up", type: "SIMPLE", lb_type: "LB_RANDOM", hosts: [{ address: `127.0.0.1:${upstream}` }] },
      ],
    },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: adminPort } } },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
