import { mkdtemp, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import { eventually, start } from "../processes.js";
import type { Certificate } from "./certificate.js";
import { freePort } from "./ports.js";

// The password is "registry-test"; distribution knows bcrypt alone, which Node does not have.
const htpasswd = "tester:$2a$05$VkNlgZhr1Ljj8Cr1HsYKNuzBzBDB/QssUldkGDnhTRWRezrO3PZq6\n";

export interface DistributionOptions {
  /** Debian's docker-registry, which is distribution 2.8, or distribution 3's `registry`. */
  readonly command: string;
  readonly basic?: boolean;
  readonly certificate?: Certificate;
  /** Upload locations without scheme and host. */
  readonly relativeUrls?: boolean;
  readonly storage?: "filesystem" | "inmemory";
}

/** Starts a registry of its own on 127.0.0.1, with its data in the folder; gives `host:port`. */
export async function startDistribution(folder: string, options: DistributionOptions): Promise<string> {
  const home = await mkdtemp(join(folder, "registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const { command, certificate, storage = "filesystem" } = options;
  const config = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { [storage]: storage === "filesystem" ? { rootdirectory: join(home, "data") } : {} },
    http: {
      addr: host,
      relativeurls: options.relativeUrls ?? false,
      ...(certificate === undefined ? {} : { tls: { certificate: certificate.cert, key: certificate.key } }),
    },
    // Istio 1.31 takes every realm for a token server's address, Basic's too, and refuses what is none.
    ...(options.basic
      ? { auth: { htpasswd: { realm: "https://registry.example/", path: join(home, "htpasswd") } } }
      : {}),
  };
  await writeFile(join(home, "htpasswd"), htpasswd);
  // JSON is YAML.
  await writeFile(join(home, "config.yml"), JSON.stringify(config));
  const server = start(command, ["serve", join(home, "config.yml")], {
    cwd: home,
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
  });
  await eventually(() => answers(`${certificate === undefined ? "http" : "https"}://${host}/v2/`), {
    server,
  });
  return host;
}

/** Any answer will do; whether the certificate is good is for clients to say. */
function answers(url: string): Promise<void> {
  return new Promise((answered, failed) => {
    const request = url.startsWith("https:") ? https.request : http.request;
    request(url, { rejectUnauthorized: false }, (response) => {
      response.resume();
      answered();
    })
      .once("error", failed)
      .end();
  });
}
