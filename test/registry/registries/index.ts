import type { Tools } from "../tools.js";
import { makeCertificate } from "./certificate.js";
import { startDistribution } from "./distribution.js";
import { startOurRegistry } from "./our-registry.js";
import { type Place, user } from "./place.js";

/** A registry that every image goes through. */
export interface RegistryKind {
  readonly name: string;
  start(folder: string, tools: Tools): Promise<Started>;
}

export interface Started extends Omit<Place, "name" | "dockerConfig"> {
  /** For what runs in this process. */
  readonly stop?: () => Promise<void>;
}

export const DEBIAN = "docker-registry";

export const registries: readonly RegistryKind[] = [
  {
    name: "docker-registry",
    start: async (folder) => ({ host: await startDistribution(folder, { command: DEBIAN }) }),
  },
  {
    name: "docker-registry with basic auth",
    start: async (folder) => ({
      host: await startDistribution(folder, { command: DEBIAN, basic: true }),
      user,
    }),
  },
  {
    name: "docker-registry with TLS",
    start: async (folder) => {
      const certificate = await makeCertificate(folder);
      return { host: await startDistribution(folder, { command: DEBIAN, certificate }), ca: certificate.ca };
    },
  },
  {
    name: "our registry with tokens, chunks and referrers",
    start: startOurRegistry,
  },
  {
    name: "distribution 3",
    start: async (folder, tools) => ({
      host: await startDistribution(folder, { command: await tools.registry, storage: "inmemory" }),
    }),
  },
];
