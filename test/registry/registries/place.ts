import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface User {
  readonly username: string;
  readonly password: string;
}

/** A running registry, and how one is let in. */
export interface Place {
  readonly name: string;
  /** `host:port` */
  readonly host: string;
  /** Absent: it asks nobody who they are. */
  readonly user?: User;
  /** A folder with the config.json that lets clients in. */
  readonly dockerConfig: string;
  /** The file of the authority that signed its certificate; absent: it speaks plain HTTP. */
  readonly ca?: string;
  /** Whether it lists referrers; absent: clients keep the list under the fallback tag. */
  readonly referrersApi?: true;
  /** Why Istio's fetcher cannot be asked on this machine. */
  readonly hiddenFromIstio?: string;
}

/** Everybody's, where a registry asks who they are. */
export const user: User = { username: "tester", password: "registry-test" };
export const stranger: User = { username: "tester", password: "not-the-password" };

/** Writes a config.json as `docker login` does, with whom a registry knows; gives its folder. */
export async function writeDockerConfig(
  folder: string,
  logins: Readonly<Record<string, User>>,
): Promise<string> {
  const auths = Object.entries(logins).map(([host, { username, password }]) => {
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    return [host, { auth }];
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "config.json"), JSON.stringify({ auths: Object.fromEntries(auths) }));
  return folder;
}

/** What tells a program in Go, or ours, how it is let in. */
export function environment({ dockerConfig, ca }: Place): NodeJS.ProcessEnv {
  return { DOCKER_CONFIG: dockerConfig, ...(ca === undefined ? {} : { SSL_CERT_FILE: ca }) };
}
